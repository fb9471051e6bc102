//! Embedding rate of `OnnxEmbedder` against ONNX Runtime used bare, on the same texts in the
//! same run, and of tract; and how long a model takes to load.
//!
//! ```text
//! cargo bench -p mcdewey-core --features bundled-model --bench embed
//! ```
//!
//! The bar is a ratio of at least 0.9. Bare ONNX Runtime gets token ids, while the embedder has
//! to make them. A plain program rather than criterion: what matters is the ratio of two rates
//! measured in turns, not the absolute time of either. ort allows one environment a process and
//! the embedder has it, so the bare sessions live in a second process, this same program, which
//! works only when it is told to.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a benchmark prints its results, and may fail where it stands"
)]

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use mcdewey_core::embed::{Embedder, OnnxEmbedder, OnnxOptions, Role, Runtime, onnx_runtime};
use ort::environment::Environment;
use ort::session::Session;
use ort::session::builder::GraphOptimizationLevel;
use ort::value::TensorRef;
use tokenizers::Tokenizer;

const MODEL: &[u8] = include_bytes!("../model/all-MiniLM-L6-v2/model.onnx");
const TOKENIZER: &[u8] = include_bytes!("../model/all-MiniLM-L6-v2/tokenizer.json");

const N_TEXTS: usize = 200;
const TOKENS_PER_TEXT: usize = 200;
const N_ROUNDS: usize = 5;

/// Set to the library's path in the process that runs bare ONNX Runtime.
const BARE_VARIABLE: &str = "MCDEWEY_BENCH_BARE";

/// What a manual is made of, so that the tokenizer has real words to cut.
const WORDS: &str = "the phone system forwards a call to the softkey template when the partition \
    of the line is configured , and the administrator can reset firmware over TFTP with 10.2.3.4 \
    as gateway ; see chapter 7 for troubleshooting registration failures of SIP endpoints . ";

#[expect(unsafe_code, reason = "see silence_onnx_runtime")]
fn main() {
    // SAFETY: no thread has been started yet.
    unsafe { mcdewey_core::embed::silence_onnx_runtime() };
    if let Some(library) = std::env::var_os(BARE_VARIABLE) {
        return serve_bare(library.as_ref());
    }
    let texts = texts();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let tract = loaded(Runtime::Tract);
    let n_tokens: usize = texts.iter().map(|text| tract.count_tokens(text) + 2).sum();
    println!("{N_TEXTS} texts, {n_tokens} tokens with the special ones");
    print_tokenizer_rate(&tract, &texts);
    match &onnx_runtime().library {
        Some(library) => compare(&texts, n_tokens, library),
        None => println!(
            "no ONNX Runtime, so no ratio: {}",
            onnx_runtime().advice().unwrap()
        ),
    }
    let few = &texts[..N_TEXTS / 5];
    let elapsed = timed(|| embed(&tract, few));
    print_rate("OnnxEmbedder, tract", few.len(), n_tokens / 5, elapsed);
}

/// Measures the embedder and both bare set-ups in turns; prints the ratio of the fastest rounds,
/// since what else the machine does can only make a round slower.
fn compare(texts: &[&str], n_tokens: usize, library: &std::path::Path) {
    println!("{}, {}", onnx_runtime().name(), library.display());
    let ours = loaded(Runtime::OnnxRuntime);
    let elapsed = timed(|| embed(&ours, &texts[..1]));
    println!("one text of {TOKENS_PER_TEXT} tokens alone: {elapsed:.1?}");
    let mut bare = Bare::start(library);
    let mut rounds: [Vec<Duration>; 3] = Default::default();
    embed(&ours, texts);
    for _ in 0..N_ROUNDS {
        rounds[0].push(timed(|| embed(&ours, texts)));
        rounds[1].push(bare.round("side by side"));
        rounds[2].push(bare.round("threads"));
    }
    let [ours, side_by_side, threads] = rounds.map(fastest);
    print_rate("OnnxEmbedder, ONNX Runtime", N_TEXTS, n_tokens, ours);
    print_rate("bare, a session a core", N_TEXTS, n_tokens, side_by_side);
    print_rate("bare, a thread a core", N_TEXTS, n_tokens, threads);
    let ratio = side_by_side.min(threads).as_secs_f64() / ours.as_secs_f64();
    println!("ratio to the better bare set-up: {ratio:.3} (the bar is 0.9)");
}

/// An embedder on one runtime; prints how long it took to load.
fn loaded(runtime: Runtime) -> OnnxEmbedder {
    let options = OnnxOptions::default().with_runtime(runtime);
    let start = Instant::now();
    let embedder = OnnxEmbedder::bundled_with(&options).unwrap();
    println!("{runtime:?} loaded in {:.0?}", start.elapsed());
    embedder
}

fn embed(embedder: &OnnxEmbedder, texts: &[&str]) {
    let vectors = embedder.embed(texts, Role::Passage).unwrap();
    assert_eq!(vectors.len(), texts.len());
}

fn print_tokenizer_rate(embedder: &OnnxEmbedder, texts: &[&str]) {
    let n_bytes: usize = texts.iter().map(|text| text.len()).sum();
    let elapsed = timed(|| {
        let n_tokens: usize = texts.iter().map(|text| embedder.count_tokens(text)).sum();
        assert!(n_tokens > 0);
    });
    let rate = n_bytes as f64 / 1e6 / elapsed.as_secs_f64();
    println!("count_tokens: {rate:.1} MB/s");
}

fn print_rate(what: &str, n_texts: usize, n_tokens: usize, elapsed: Duration) {
    let seconds = elapsed.as_secs_f64();
    println!(
        "{what:<28} {:>6.1} texts/s {:>7.0} tokens/s",
        n_texts as f64 / seconds,
        n_tokens as f64 / seconds
    );
}

/// Texts of about [`TOKENS_PER_TEXT`] tokens, each beginning at another word.
fn texts() -> Vec<String> {
    let words: Vec<&str> = WORDS.split_whitespace().collect();
    let n_words = TOKENS_PER_TEXT * 3 / 4;
    (0..N_TEXTS)
        .map(|text_idx| {
            let text: Vec<&str> = words
                .iter()
                .cycle()
                .skip(text_idx % words.len())
                .take(n_words + text_idx % 11)
                .copied()
                .collect();
            text.join(" ")
        })
        .collect()
}

fn timed(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

fn fastest(times: Vec<Duration>) -> Duration {
    times
        .into_iter()
        .min()
        .expect("there is at least one round")
}

/// The process that runs bare ONNX Runtime.
struct Bare {
    child: Child,
    orders: Option<ChildStdin>,
    times: BufReader<ChildStdout>,
}

impl Bare {
    fn start(library: &std::path::Path) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .env(BARE_VARIABLE, library)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let times = BufReader::new(child.stdout.take().expect("it is piped"));
        let orders = child.stdin.take();
        let mut bare = Self {
            child,
            orders,
            times,
        };
        bare.round("side by side");
        bare.round("threads");
        bare
    }

    fn round(&mut self, order: &str) -> Duration {
        let orders = self.orders.as_mut().expect("it is open until the drop");
        writeln!(orders, "{order}").unwrap();
        let mut microseconds = String::new();
        self.times.read_line(&mut microseconds).unwrap();
        Duration::from_micros(microseconds.trim().parse().unwrap())
    }
}

impl Drop for Bare {
    fn drop(&mut self) {
        // The end of its orders ends it.
        drop(self.orders.take());
        self.child.wait().unwrap();
    }
}

/// Answers every order with the microseconds it took to run all texts.
fn serve_bare(library: &std::path::Path) {
    let environment = ort::init_from(library).unwrap().build().unwrap();
    let n_cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let texts = token_ids();
    let mut single: Vec<Session> = (0..n_cores).map(|_| session(&environment, 1)).collect();
    let mut threaded = [session(&environment, n_cores)];
    for order in std::io::stdin().lock().lines() {
        let sessions = match order.unwrap().as_str() {
            "threads" => threaded.as_mut_slice(),
            _ => single.as_mut_slice(),
        };
        let elapsed = timed(|| run_bare(sessions, &texts));
        println!("{}", elapsed.as_micros());
    }
}

fn token_ids() -> Vec<Vec<i64>> {
    let mut tokenizer = Tokenizer::from_bytes(TOKENIZER).unwrap();
    tokenizer.with_truncation(None).unwrap();
    tokenizer.with_padding(None);
    let encode = |text: String| tokenizer.encode_fast(text, true).unwrap();
    texts()
        .into_iter()
        .map(|text| {
            encode(text)
                .get_ids()
                .iter()
                .copied()
                .map(i64::from)
                .collect()
        })
        .collect()
}

fn session(environment: &Environment, n_threads: usize) -> Session {
    Session::builder(environment)
        .unwrap()
        .with_optimization_level(GraphOptimizationLevel::All)
        .unwrap()
        .with_intra_threads(n_threads)
        .unwrap()
        .commit_from_memory(MODEL)
        .unwrap()
}

/// Runs every text once, one thread a session.
fn run_bare(sessions: &mut [Session], texts: &[Vec<i64>]) {
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for session in sessions {
            scope.spawn(|| {
                while let Some(ids) = texts.get(next.fetch_add(1, Ordering::Relaxed)) {
                    run_one(session, ids);
                }
            });
        }
    });
}

fn run_one(session: &mut Session, ids: &[i64]) {
    let shape = [1, ids.len()];
    let mask = vec![1_i64; ids.len()];
    let positions: Vec<i64> = (0..).take(ids.len()).collect();
    let outputs = session
        .run(ort::inputs![
            "input_ids" => TensorRef::from_array_view((shape, ids)).unwrap(),
            "attention_mask" => TensorRef::from_array_view((shape, mask.as_slice())).unwrap(),
            "position_ids" => TensorRef::from_array_view((shape, positions.as_slice())).unwrap(),
        ])
        .unwrap();
    let (_, vector) = outputs["sentence_embedding"]
        .try_extract_tensor::<f32>()
        .unwrap();
    assert_eq!(vector.len(), 384);
}
