//! A message in, a `TFRecord` out: length, its checksum, the message, its checksum (`tensorflow/core/lib/io/record_writer.h`).

use super::messages::Message;

/// The message as a record.
pub(super) fn framed(message: &Message) -> Vec<u8> {
    let bytes = message.bytes();
    let length = (bytes.len() as u64).to_le_bytes();
    let parts: [&[u8]; 4] = [
        &length,
        &masked(crc32c::crc32c(&length)).to_le_bytes(),
        &bytes,
        &masked(crc32c::crc32c(&bytes)).to_le_bytes(),
    ];
    parts.concat()
}

/// TensorFlow turns the checksum and adds a constant, since checksums of checksums are weak (`tensorflow/core/lib/hash/crc32c.h`).
fn masked(checksum: u32) -> u32 {
    checksum.rotate_right(15).wrapping_add(0xa282_ead8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tensorboard::messages::Content;

    #[test]
    fn the_checksum_is_that_of_rfc_3720() {
        assert_eq!(crc32c::crc32c(&[0; 32]), 0x8a91_36aa);
        assert_eq!(crc32c::crc32c(&[0xff; 32]), 0x62a8_ab43);
    }

    #[test]
    fn the_first_record_is_the_one_that_tensorboard_writes() {
        // tensorboard 2.21.0, RecordWriter, with the time set to 1.0.
        let content = Some(Content::FileVersion("brain.Event:2".to_owned()));
        let record = framed(&Message { wall_time: 1.0, step: 0, content });
        let digits: String =
            record.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat();
        let expected =
            "1800000000000000a37f4b2209000000000000f03f1a0d627261696e2e4576656e743a3286bf577a";
        assert_eq!(digits, expected);
    }
}
