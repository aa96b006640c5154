//! MNIST and the data sets made in its form: IDX files.

use crate::{DataSet, Member, Packing, Remote};

pub(super) const MNIST: DataSet = DataSet {
    name: "mnist",
    title: "MNIST: handwritten digits",
    page: "http://yann.lecun.com/exdb/mnist/",
    terms: "CC BY-SA 3.0",
    remotes: &[
        Remote {
            name: "train-images-idx3-ubyte.gz",
            addresses: &[
                "https://ossci-datasets.s3.amazonaws.com/mnist/train-images-idx3-ubyte.gz",
                "https://storage.googleapis.com/cvdf-datasets/mnist/train-images-idx3-ubyte.gz",
            ],
            bytes: 9_912_422,
            sha256: "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
            packing: Packing::Gzip,
            members: &[Member {
                path: "train-images-idx3-ubyte",
                name: "train-images-idx3-ubyte",
                bytes: 47_040_016,
                sha256: Some("ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"),
            }],
        },
        Remote {
            name: "train-labels-idx1-ubyte.gz",
            addresses: &[
                "https://ossci-datasets.s3.amazonaws.com/mnist/train-labels-idx1-ubyte.gz",
                "https://storage.googleapis.com/cvdf-datasets/mnist/train-labels-idx1-ubyte.gz",
            ],
            bytes: 28_881,
            sha256: "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
            packing: Packing::Gzip,
            members: &[Member {
                path: "train-labels-idx1-ubyte",
                name: "train-labels-idx1-ubyte",
                bytes: 60_008,
                sha256: Some("65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
            }],
        },
        Remote {
            name: "t10k-images-idx3-ubyte.gz",
            addresses: &[
                "https://ossci-datasets.s3.amazonaws.com/mnist/t10k-images-idx3-ubyte.gz",
                "https://storage.googleapis.com/cvdf-datasets/mnist/t10k-images-idx3-ubyte.gz",
            ],
            bytes: 1_648_877,
            sha256: "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
            packing: Packing::Gzip,
            members: &[Member {
                path: "t10k-images-idx3-ubyte",
                name: "t10k-images-idx3-ubyte",
                bytes: 7_840_016,
                sha256: Some("0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"),
            }],
        },
        Remote {
            name: "t10k-labels-idx1-ubyte.gz",
            addresses: &[
                "https://ossci-datasets.s3.amazonaws.com/mnist/t10k-labels-idx1-ubyte.gz",
                "https://storage.googleapis.com/cvdf-datasets/mnist/t10k-labels-idx1-ubyte.gz",
            ],
            bytes: 4_542,
            sha256: "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
            packing: Packing::Gzip,
            members: &[Member {
                path: "t10k-labels-idx1-ubyte",
                name: "t10k-labels-idx1-ubyte",
                bytes: 10_008,
                sha256: Some("ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"),
            }],
        },
    ],
};

pub(super) const FASHION_MNIST: DataSet = DataSet {
    name: "fashion-mnist",
    title: "Fashion-MNIST: articles of clothing",
    page: "https://github.com/zalandoresearch/fashion-mnist",
    terms: "MIT",
    remotes: &[
        Remote {
            name: "train-images-idx3-ubyte.gz",
            addresses: &[
                "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/train-images-idx3-ubyte.gz",
                "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/train-images-idx3-ubyte.gz",
            ],
            bytes: 26_421_880,
            sha256: "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
            packing: Packing::Gzip,
            members: &[Member {
                path: "train-images-idx3-ubyte",
                name: "train-images-idx3-ubyte",
                bytes: 47_040_016,
                sha256: Some("c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888"),
            }],
        },
        Remote {
            name: "train-labels-idx1-ubyte.gz",
            addresses: &[
                "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/train-labels-idx1-ubyte.gz",
                "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/train-labels-idx1-ubyte.gz",
            ],
            bytes: 29_515,
            sha256: "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
            packing: Packing::Gzip,
            members: &[Member {
                path: "train-labels-idx1-ubyte",
                name: "train-labels-idx1-ubyte",
                bytes: 60_008,
                sha256: Some("bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"),
            }],
        },
        Remote {
            name: "t10k-images-idx3-ubyte.gz",
            addresses: &[
                "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/t10k-images-idx3-ubyte.gz",
                "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/t10k-images-idx3-ubyte.gz",
            ],
            bytes: 4_422_102,
            sha256: "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
            packing: Packing::Gzip,
            members: &[Member {
                path: "t10k-images-idx3-ubyte",
                name: "t10k-images-idx3-ubyte",
                bytes: 7_840_016,
                sha256: Some("5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"),
            }],
        },
        Remote {
            name: "t10k-labels-idx1-ubyte.gz",
            addresses: &[
                "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/t10k-labels-idx1-ubyte.gz",
                "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/t10k-labels-idx1-ubyte.gz",
            ],
            bytes: 5_148,
            sha256: "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
            packing: Packing::Gzip,
            members: &[Member {
                path: "t10k-labels-idx1-ubyte",
                name: "t10k-labels-idx1-ubyte",
                bytes: 10_008,
                sha256: Some("0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"),
            }],
        },
    ],
};

pub(super) const KMNIST: DataSet = DataSet {
    name: "kmnist",
    title: "Kuzushiji-MNIST: cursive Japanese characters",
    page: "http://codh.rois.ac.jp/kmnist/",
    terms: "CC BY-SA 4.0",
    remotes: &[
        Remote {
            name: "train-images-idx3-ubyte.gz",
            addresses: &[
                "http://codh.rois.ac.jp/kmnist/dataset/kmnist/train-images-idx3-ubyte.gz",
                "https://codh.rois.ac.jp/kmnist/dataset/kmnist/train-images-idx3-ubyte.gz",
            ],
            bytes: 18_165_135,
            sha256: "51467d22d8cc72929e2a028a0428f2086b092bb31cfb79c69cc0a90ce135fde4",
            packing: Packing::Gzip,
            members: &[Member {
                path: "train-images-idx3-ubyte",
                name: "train-images-idx3-ubyte",
                bytes: 47_040_016,
                sha256: None,
            }],
        },
        Remote {
            name: "train-labels-idx1-ubyte.gz",
            addresses: &[
                "http://codh.rois.ac.jp/kmnist/dataset/kmnist/train-labels-idx1-ubyte.gz",
                "https://codh.rois.ac.jp/kmnist/dataset/kmnist/train-labels-idx1-ubyte.gz",
            ],
            bytes: 29_497,
            sha256: "e38f9ebcd0f3ebcdec7fc8eabdcdaef93bb0df8ea12bee65224341c8183d8e17",
            packing: Packing::Gzip,
            members: &[Member {
                path: "train-labels-idx1-ubyte",
                name: "train-labels-idx1-ubyte",
                bytes: 60_008,
                sha256: None,
            }],
        },
        Remote {
            name: "t10k-images-idx3-ubyte.gz",
            addresses: &[
                "http://codh.rois.ac.jp/kmnist/dataset/kmnist/t10k-images-idx3-ubyte.gz",
                "https://codh.rois.ac.jp/kmnist/dataset/kmnist/t10k-images-idx3-ubyte.gz",
            ],
            bytes: 3_041_136,
            sha256: "edd7a857845ad6bb1d0ba43fe7e794d164fe2dce499a1694695a792adfac43c5",
            packing: Packing::Gzip,
            members: &[Member {
                path: "t10k-images-idx3-ubyte",
                name: "t10k-images-idx3-ubyte",
                bytes: 7_840_016,
                sha256: None,
            }],
        },
        Remote {
            name: "t10k-labels-idx1-ubyte.gz",
            addresses: &[
                "http://codh.rois.ac.jp/kmnist/dataset/kmnist/t10k-labels-idx1-ubyte.gz",
                "https://codh.rois.ac.jp/kmnist/dataset/kmnist/t10k-labels-idx1-ubyte.gz",
            ],
            bytes: 5_120,
            sha256: "20bb9a0ef54c7db3efc55a92eef5582c109615df22683c380526788f98e42a1c",
            packing: Packing::Gzip,
            members: &[Member {
                path: "t10k-labels-idx1-ubyte",
                name: "t10k-labels-idx1-ubyte",
                bytes: 10_008,
                sha256: None,
            }],
        },
    ],
};

// One archive holds all of EMNIST; of it, the four files of the letters are unpacked.
pub(super) const EMNIST_LETTERS: DataSet = DataSet {
    name: "emnist-letters",
    title: "EMNIST Letters: handwritten letters, capital and small as one class",
    page: "https://www.nist.gov/itl/products-and-services/emnist-dataset",
    terms: "made by NIST; cite Cohen and others, 2017",
    remotes: &[Remote {
        name: "gzip.zip",
        addresses: &[
            "https://biometrics.nist.gov/cs_links/EMNIST/gzip.zip",
            "https://www.itl.nist.gov/iaui/vip/cs_links/EMNIST/gzip.zip",
        ],
        bytes: 561_753_746,
        sha256: "fb9bb67e33772a9cc0b895e4ecf36d2cf35be8b709693c3564cea2a019fcda8e",
        packing: Packing::ZipOfGzip,
        members: &[
            Member {
                path: "gzip/emnist-letters-train-images-idx3-ubyte.gz",
                name: "emnist-letters-train-images-idx3-ubyte",
                bytes: 97_843_216,
                sha256: None,
            },
            Member {
                path: "gzip/emnist-letters-train-labels-idx1-ubyte.gz",
                name: "emnist-letters-train-labels-idx1-ubyte",
                bytes: 124_808,
                sha256: None,
            },
            Member {
                path: "gzip/emnist-letters-test-images-idx3-ubyte.gz",
                name: "emnist-letters-test-images-idx3-ubyte",
                bytes: 16_307_216,
                sha256: None,
            },
            Member {
                path: "gzip/emnist-letters-test-labels-idx1-ubyte.gz",
                name: "emnist-letters-test-labels-idx1-ubyte",
                bytes: 20_808,
                sha256: None,
            },
        ],
    }],
};
