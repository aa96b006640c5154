//! CIFAR-10 and CIFAR-100 in their binary form.

use crate::{DataSet, Member, Packing, Remote};

const TERMS: &str = "no formal licence; cite Krizhevsky, 2009";

pub(super) const CIFAR10: DataSet = DataSet {
    name: "cifar10",
    title: "CIFAR-10: small photographs of 10 classes",
    page: "https://www.cs.toronto.edu/~kriz/cifar.html",
    terms: TERMS,
    remotes: &[Remote {
        name: "cifar-10-binary.tar.gz",
        addresses: &[
            "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",
            "https://cave.cs.toronto.edu/kriz/cifar-10-binary.tar.gz",
        ],
        bytes: 170_052_171,
        sha256: "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
        packing: Packing::TarGzip,
        members: &[
            Member {
                path: "cifar-10-batches-bin/data_batch_1.bin",
                name: "data_batch_1.bin",
                bytes: 30_730_000,
                sha256: Some("cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5"),
            },
            Member {
                path: "cifar-10-batches-bin/data_batch_2.bin",
                name: "data_batch_2.bin",
                bytes: 30_730_000,
                sha256: Some("a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed"),
            },
            Member {
                path: "cifar-10-batches-bin/data_batch_3.bin",
                name: "data_batch_3.bin",
                bytes: 30_730_000,
                sha256: Some("bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67"),
            },
            Member {
                path: "cifar-10-batches-bin/data_batch_4.bin",
                name: "data_batch_4.bin",
                bytes: 30_730_000,
                sha256: Some("014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48"),
            },
            Member {
                path: "cifar-10-batches-bin/data_batch_5.bin",
                name: "data_batch_5.bin",
                bytes: 30_730_000,
                sha256: Some("755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add"),
            },
            Member {
                path: "cifar-10-batches-bin/test_batch.bin",
                name: "test_batch.bin",
                bytes: 30_730_000,
                sha256: Some("8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b"),
            },
        ],
    }],
};

pub(super) const CIFAR100: DataSet = DataSet {
    name: "cifar100",
    title: "CIFAR-100: small photographs of 100 classes in 20 groups",
    page: "https://www.cs.toronto.edu/~kriz/cifar.html",
    terms: TERMS,
    remotes: &[Remote {
        name: "cifar-100-binary.tar.gz",
        addresses: &[
            "https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz",
            "https://cave.cs.toronto.edu/kriz/cifar-100-binary.tar.gz",
        ],
        bytes: 168_513_733,
        sha256: "58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec",
        packing: Packing::TarGzip,
        members: &[
            Member {
                path: "cifar-100-binary/train.bin",
                name: "train.bin",
                bytes: 153_700_000,
                sha256: None,
            },
            Member {
                path: "cifar-100-binary/test.bin",
                name: "test.bin",
                bytes: 30_740_000,
                sha256: None,
            },
        ],
    }],
};
