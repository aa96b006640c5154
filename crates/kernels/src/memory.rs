//! What becomes of freed memory.

/// Keeps freed memory for the tensors of the next step, for the rest of the process.
///
/// A step makes and drops blocks of some megabytes. The GNU C library hands these back to the system and asks for them again,
/// and the system clears each page anew: that is a tenth of a training step of the recipe `cnn`. From here on blocks of up to 32 MiB come
/// from memory that is kept, up to 512 MiB of it. Does nothing with another C library.
pub fn keep_freed_memory() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        const LARGEST_BLOCK: libc::c_int = 32 << 20;
        const KEPT: libc::c_int = 512 << 20;
        #[expect(unsafe_code, reason = "the allocator has no other switch while the process runs")]
        // SAFETY: `mallopt` takes numbers, no pointers, and may be called at any time, from any thread; a number that it refuses
        // leaves things as they are.
        unsafe {
            libc::mallopt(libc::M_MMAP_THRESHOLD, LARGEST_BLOCK);
            libc::mallopt(libc::M_TRIM_THRESHOLD, KEPT);
        }
    }
}
