//! The batches are the same for any number of workers and threads, and from any batch on.

use std::sync::Arc;

use burn::tensor::Device;
use burnwright_data::{
    AugmentConfig, Loader, LoaderConfig, Normalize, Order, Pictures, Preprocess, mnist,
};

use super::Size;
use crate::found::Found;
use crate::ground::{Ground, Trouble};
use crate::program;

const WORKERS: [usize; 5] = [0, 1, 2, 4, 8];
const THREADS: [usize; 3] = [1, 2, 8];

pub(crate) fn run(ground: &Ground, size: Size) -> Result<Found, Trouble> {
    let mut found = Found::default();
    by_the_program(ground, size, &mut found)?;
    let source = mnist::from_folder(&ground.data())?.train;
    let loader = |workers| {
        let config = LoaderConfig { batch_size: 7, order: Order::Shuffled { seed: 5 }, workers };
        let preprocess = Preprocess::new(source.shape(), Normalize::default());
        let augment = Some((AugmentConfig { shift: 2, ..AugmentConfig::default() }, 5));
        let pictures = Pictures::new(Arc::clone(&source), &preprocess, augment)?;
        Loader::of_all(pictures, config, &Device::flex())
    };
    let hashes = |workers: usize, first: usize| -> Result<Vec<u64>, Trouble> {
        let batches = loader(workers)?.epoch_from(3, first);
        Ok(batches.map(|batch| batch.map(|batch| batch.hash)).collect::<Result<_, _>>()?)
    };
    let whole = hashes(0, 0)?;
    for first in (0..whole.len()).step_by(size.pick(5, 1)) {
        for workers in [0, 4, 1] {
            let rest = hashes(workers, first)?;
            found.case(if rest == whole[first..] {
                Ok(())
            } else {
                Err(format!("from batch {first} with {workers} workers"))
            });
        }
    }
    Ok(found)
}

/// `burnwright data fingerprint` in processes of their own.
fn by_the_program(ground: &Ground, size: Size, found: &mut Found) -> Result<(), Trouble> {
    let data = ground.data().display().to_string();
    let seeds: &[&str] = size.pick(&["training.seed=42"], &["training.seed=42", "training.seed=7"]);
    for seed in seeds {
        let mut first: Option<String> = None;
        for workers in WORKERS {
            for threads in THREADS {
                let mut command = std::process::Command::new(program::burnwright()?);
                command.args(["data", "fingerprint", &data, "--set", seed]);
                command.args(["--set", "data.augment.shift=2"]);
                command.args(["--workers", &workers.to_string()]);
                let output = command.env("RAYON_NUM_THREADS", threads.to_string()).output()?;
                let text = String::from_utf8(output.stdout)?;
                let expected = first.get_or_insert_with(|| text.clone());
                found.case(if text.trim().len() == 64 && text == *expected {
                    Ok(())
                } else {
                    Err(format!("{workers} workers, {threads} threads: {text}"))
                });
            }
        }
    }
    Ok(())
}
