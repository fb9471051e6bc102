//! The embedder on both runtimes. Where ONNX Runtime is not found, its half says "skipped".

use std::path::Path;

use super::*;
use crate::Fault;
use crate::embed::check_vector;
use crate::onnx::tiny_model::{TinyModel, runtimes};
use crate::onnx::{Runtime, onnx_runtime};

fn on(runtime: Runtime) -> OnnxOptions {
    OnnxOptions::default().with_runtime(runtime)
}

fn embed(embedder: &OnnxEmbedder, texts: &[&str]) -> Vec<Vec<f32>> {
    embedder.embed(texts, Role::Passage).unwrap()
}

/// A directory that holds `model`, changed as a test needs it.
fn tiny(model: &TinyModel) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    model.write(dir.path());
    dir
}

fn load_error(dir: &Path) -> String {
    let error = OnnxEmbedder::from_dir_with(dir, &on(Runtime::Tract)).unwrap_err();
    assert_eq!(error.fault(), Fault::Environment);
    error.to_string()
}

#[test]
fn token_vectors_are_averaged_and_scaled_on_every_runtime() {
    let dir = tiny(&TinyModel::default());
    for runtime in runtimes() {
        let embedder = OnnxEmbedder::from_dir_with(dir.path(), &on(runtime)).unwrap();
        assert_eq!(embedder.dim(), 3);
        assert_eq!(embedder.token_limit(), 256);
        let vectors = embed(&embedder, &["call park", "park park", "call call park"]);
        assert_eq!(vectors[0], [0.6, 0.8, 0.0], "{runtime:?}");
        assert_eq!(vectors[1], [0.0, 1.0, 0.0], "{runtime:?}");
        check_vector(&embedder, "a text", &vectors[2]).unwrap();
    }
}

#[test]
fn what_is_beyond_the_limit_is_not_read() {
    let dir = tiny(&TinyModel::default());
    let options = on(Runtime::Tract).with_token_limit(8).unwrap();
    let embedder = OnnxEmbedder::from_dir_with(dir.path(), &options).unwrap();
    let eight = "park ".repeat(8);
    let vectors = embed(&embedder, &[&eight, &(eight.clone() + "call")]);
    assert_eq!(vectors[0], vectors[1]);
    assert_eq!(embedder.count_tokens(&(eight + "call")), 9);
}

#[test]
fn a_text_the_model_cannot_take_is_an_error_and_not_a_crash() {
    let dir = tiny(&TinyModel::default());
    for runtime in runtimes() {
        let embedder = OnnxEmbedder::from_dir_with(dir.path(), &on(runtime)).unwrap();
        for text in ["beyond", ""] {
            let error = embedder.embed(&["call", text], Role::Passage).unwrap_err();
            assert!(
                matches!(error, Error::Embedding { .. }),
                "{runtime:?}: {error}"
            );
        }
        assert_eq!(embed(&embedder, &["call"])[0], [1.0, 0.0, 0.0]);
    }
}

#[test]
fn a_directory_that_is_not_a_model_says_what_is_wrong() {
    let dir = tempfile::tempdir().unwrap();
    assert!(load_error(dir.path()).contains("tokenizer.json"));

    let dir = tiny(&TinyModel::default());
    std::fs::write(dir.path().join("model.onnx"), b"\xff\xffnot a model").unwrap();
    assert!(load_error(dir.path()).contains("model.onnx is not an ONNX model"));
    std::fs::write(dir.path().join("model.onnx"), b"").unwrap();
    assert!(load_error(dir.path()).contains("holds no graph"));

    let dir = tiny(&TinyModel::default());
    for json in ["", "{", "[]", r#"{"model": {"type": "BPE"}}"#] {
        std::fs::write(dir.path().join("tokenizer.json"), json).unwrap();
        assert!(load_error(dir.path()).contains("tokenizer.json is not a tokenizer"));
    }
}

#[test]
fn a_graph_that_cannot_be_run_says_why() {
    let unknown = TinyModel {
        inputs: vec!["input_ids", "attention_mask", "pixel_values"],
        ..TinyModel::default()
    };
    assert!(load_error(tiny(&unknown).path()).contains("an input `pixel_values`; known are"));

    let no_mask = TinyModel {
        inputs: vec!["input_ids"],
        ..TinyModel::default()
    };
    assert!(load_error(tiny(&no_mask).path()).contains("no input `attention_mask`"));

    let logits = TinyModel {
        output: "logits",
        ..TinyModel::default()
    };
    assert!(load_error(tiny(&logits).path()).contains("gives `logits`, but one of"));

    let external = TinyModel {
        external: true,
        ..TinyModel::default()
    };
    assert!(load_error(tiny(&external).path()).contains("save the model as a single file"));
}

#[test]
fn the_token_limit_comes_from_the_most_trustworthy_file() {
    let dir = tiny(&TinyModel::default());
    let limit = || {
        let embedder = OnnxEmbedder::from_dir_with(dir.path(), &on(Runtime::Tract)).unwrap();
        embedder.token_limit()
    };
    let write = |name: &str, json| std::fs::write(dir.path().join(name), json).unwrap();
    write("tokenizer_config.json", r#"{"model_max_length": 1e30}"#);
    assert_eq!(limit(), 256);
    write("tokenizer_config.json", r#"{"model_max_length": 512}"#);
    assert_eq!(limit(), 512);
    write("sentence_bert_config.json", r#"{"max_seq_length": 64}"#);
    assert_eq!(limit(), 64);
}

#[test]
fn the_fingerprint_follows_all_that_changes_a_vector() {
    let dir = tiny(&TinyModel::default());
    let fingerprint = |options: &OnnxOptions| {
        let embedder = OnnxEmbedder::from_dir_with(dir.path(), options).unwrap();
        embedder.fingerprint().to_owned()
    };
    let first = fingerprint(&on(Runtime::Tract));
    assert!(first.ends_with(":mean:256"), "{first}");
    for runtime in runtimes() {
        assert_eq!(fingerprint(&on(runtime)), first);
    }
    let shorter = on(Runtime::Tract).with_token_limit(128).unwrap();
    assert_ne!(fingerprint(&shorter), first);
    let tokenizer = dir.path().join("tokenizer.json");
    let json = std::fs::read_to_string(&tokenizer).unwrap();
    std::fs::write(&tokenizer, json.replace("beyond", "below")).unwrap();
    assert_ne!(fingerprint(&on(Runtime::Tract)), first);
}

#[cfg(feature = "bundled-model")]
mod bundled {
    use super::*;

    const MODEL_DIR: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/model/all-MiniLM-L6-v2");

    /// Texts of several lengths, so that a vector that depended on its neighbours would show.
    const TEXTS: [&str; 6] = [
        "call park",
        "Press the softkey to park a call, then dial the number shown from any phone.",
        "!?",
        "Firmware is updated over TFTP.",
        "To park a call on a shared line, the line must be in the same partition.",
        "",
    ];

    fn cosine(a: &[f32], b: &[f32]) -> f32 {
        a.iter().zip(b).map(|(a, b)| a * b).sum()
    }

    fn load(runtime: Runtime) -> OnnxEmbedder {
        OnnxEmbedder::bundled_with(&on(runtime)).unwrap()
    }

    #[test]
    fn it_is_what_its_readme_says() {
        let embedder = load(Runtime::Tract);
        assert_eq!(embedder.name(), "all-MiniLM-L6-v2");
        assert_eq!((embedder.dim(), embedder.token_limit()), (384, 254));
        assert_eq!(embedder.runtime(), "tract");
        assert_eq!(embedder.count_tokens("call park"), 2);
        assert_eq!(embedder.count_tokens("[SEP]"), 3);
    }

    #[test]
    fn its_fingerprint_is_stable_and_the_directory_has_the_same() {
        let fingerprint = load(Runtime::Tract).fingerprint().to_owned();
        assert_eq!(fingerprint, "all-MiniLM-L6-v2:739c8b6d665189da:pooled:256");
        let from_dir = OnnxEmbedder::from_dir_with(MODEL_DIR.as_ref(), &on(Runtime::Tract));
        assert_eq!(from_dir.unwrap().fingerprint(), fingerprint);
    }

    #[test]
    fn a_text_has_the_same_vector_alone_and_in_a_batch() {
        for runtime in runtimes() {
            let embedder = load(runtime);
            let batch = embed(&embedder, &TEXTS);
            for (text, vector) in TEXTS.iter().zip(&batch) {
                assert_eq!(&embed(&embedder, &[text])[0], vector, "{runtime:?}: {text}");
                assert!((cosine(vector, vector) - 1.0).abs() < 1e-5);
                check_vector(&embedder, text, vector).unwrap();
            }
        }
    }

    #[test]
    fn sessions_and_callers_side_by_side_change_nothing() {
        for runtime in runtimes() {
            let options = on(runtime).with_max_sessions(3).unwrap();
            let embedder = OnnxEmbedder::bundled_with(&options).unwrap();
            let texts: Vec<&str> = TEXTS.iter().copied().cycle().take(24).collect();
            let expected = embed(&load(runtime), &texts);
            std::thread::scope(|scope| {
                for _ in 0..4 {
                    scope.spawn(|| assert_eq!(embed(&embedder, &texts), expected));
                }
            });
        }
    }

    #[test]
    fn meaning_is_nearer_than_shared_words() {
        let texts = [
            "How do I put a call on hold so that someone else can pick it up?",
            "Call park lets a colleague retrieve the conversation from another phone.",
            "How do I put a new power supply into the rack?",
        ];
        for runtime in runtimes() {
            let vectors = embed(&load(runtime), &texts);
            let (related, unrelated) = (
                cosine(&vectors[0], &vectors[1]),
                cosine(&vectors[0], &vectors[2]),
            );
            assert!(
                related > unrelated + 0.1,
                "{runtime:?}: {related} {unrelated}"
            );
        }
    }

    #[test]
    fn the_two_runtimes_agree() {
        let runtimes = runtimes();
        if runtimes.len() < 2 {
            return;
        }
        let [tract, onnx] = [runtimes[0], runtimes[1]].map(|runtime| embed(&load(runtime), &TEXTS));
        for ((text, a), b) in TEXTS.iter().zip(&tract).zip(&onnx) {
            let agreement = cosine(a, b);
            assert!(agreement > 0.98, "{text}: {agreement}");
        }
    }

    #[test]
    fn automatic_choice_tells_how_to_be_faster_only_where_it_is_not() {
        let embedder = load(Runtime::Auto);
        let found = onnx_runtime().library.is_some();
        assert_eq!(embedder.advice().is_none(), found);
        assert_eq!(embedder.runtime() == "tract", !found);
    }
}
