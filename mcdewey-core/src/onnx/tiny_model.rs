//! ONNX models small enough to write by hand, for tests, and the runtimes to run them on.

use std::path::Path;

use super::{Runtime, onnx_runtime};

/// The runtimes that this machine has.
pub(crate) fn runtimes() -> Vec<Runtime> {
    let mut runtimes = vec![Runtime::Tract];
    if onnx_runtime().library.is_some() {
        runtimes.push(Runtime::OnnxRuntime);
    } else {
        skipped();
    }
    runtimes
}

#[expect(clippy::print_stderr, reason = "a skipped test must be seen")]
fn skipped() {
    eprintln!("skipped: no ONNX Runtime; {:?}", onnx_runtime().advice());
}

/// A graph that looks its input ids up in a table of three-dimensional vectors.
pub(crate) struct TinyModel {
    /// Names of the int64 inputs; the first is looked up.
    pub(crate) inputs: Vec<&'static str>,
    /// Name of the output, `[batch, sequence, 3]`.
    pub(crate) output: &'static str,
    /// Whether the table claims to lie in another file.
    pub(crate) external: bool,
}

/// Vectors of the tokens `[UNK]`, `call`, `park`, and of an unused fourth.
const TABLE: [f32; 12] = [0.0, 0.0, 1.0, 3.0, 0.0, 0.0, 0.0, 4.0, 0.0, 1.0, 1.0, 1.0];

/// A tokenizer of three words, split at spaces, without special tokens.
const TOKENIZER: &str = r#"{"version": "1.0", "truncation": null, "padding": null,
    "added_tokens": [], "normalizer": null, "pre_tokenizer": {"type": "WhitespaceSplit"},
    "post_processor": null, "decoder": null, "model": {"type": "WordLevel",
    "vocab": {"[UNK]": 0, "call": 1, "park": 2, "beyond": 9}, "unk_token": "[UNK]"}}"#;

/// A cross-encoder whose logit is `100 * the query's tokens + the passage's`, each token worth as
/// much as [`WORTH`] says, special ones included.
pub(crate) struct TinyReranker {
    /// How many logits a pair has, of which the first is the one above, the second twice that, and
    /// so on.
    pub(crate) n_classes: u8,
    /// Name of the output, `[batch, n_classes]`.
    pub(crate) output: &'static str,
}

/// What `[UNK]`, `call`, `park`, `[CLS]`, `[SEP]` and `nan` are worth.
const WORTH: [f32; 6] = [0.0, 1.0, 2.0, 10.0, 20.0, f32::NAN];

/// The same tokenizer with the special tokens of BERT, one word that is worth no number, and one
/// that the model does not know.
const PAIR_TOKENIZER: &str = r#"{"version": "1.0", "truncation": null, "padding": null,
    "added_tokens": [], "normalizer": null, "pre_tokenizer": {"type": "WhitespaceSplit"},
    "post_processor": {"type": "BertProcessing", "sep": ["[SEP]", 4], "cls": ["[CLS]", 3]},
    "decoder": null, "model": {"type": "WordLevel", "vocab": {"[UNK]": 0, "call": 1, "park": 2,
    "[CLS]": 3, "[SEP]": 4, "nan": 5, "beyond": 9}, "unk_token": "[UNK]"}}"#;

const INPUTS: [&str; 3] = ["input_ids", "attention_mask", "token_type_ids"];

impl Default for TinyModel {
    fn default() -> Self {
        Self {
            inputs: INPUTS.to_vec(),
            output: "last_hidden_state",
            external: false,
        }
    }
}

impl Default for TinyReranker {
    fn default() -> Self {
        Self {
            n_classes: 1,
            output: "logits",
        }
    }
}

impl TinyModel {
    /// Writes `model.onnx` and `tokenizer.json` into a directory.
    pub(crate) fn write(&self, dir: &Path) {
        let nodes = [node("Gather", &["table", self.inputs[0]], self.output)];
        let mut table = tensor("table", &TABLE, 3);
        if self.external {
            table.extend(number(14, 1));
        }
        let model = model(&nodes, &[table], &self.inputs, self.output);
        write(dir, &model, TOKENIZER);
    }
}

impl TinyReranker {
    /// Writes `model.onnx` and `tokenizer.json` into a directory.
    pub(crate) fn write(&self, dir: &Path) {
        let n_classes = self.n_classes.into();
        let classes = |worth: f32| (1..=self.n_classes).map(move |n| worth * f32::from(n));
        let worth: Vec<f32> = WORTH.into_iter().flat_map(classes).collect();
        let weights: Vec<f32> = [100.0, 1.0]
            .iter()
            .flat_map(|&weight| vec![weight; n_classes])
            .collect();
        let tables = [
            tensor("worth", &worth, n_classes),
            tensor("weights", &weights, n_classes),
        ];
        let mut sum = node("ReduceSum", &["weighed"], self.output);
        sum.extend(message(
            5,
            &[text(1, "axes"), number(8, 1), number(20, 7)].concat(),
        ));
        sum.extend(message(
            5,
            &[text(1, "keepdims"), number(3, 0), number(20, 2)].concat(),
        ));
        let nodes = [
            node("Gather", &["worth", "input_ids"], "worths"),
            node("Gather", &["weights", "token_type_ids"], "weight"),
            node("Mul", &["worths", "weight"], "weighed"),
            sum,
        ];
        let model = model(&nodes, &tables, &INPUTS, self.output);
        write(dir, &model, PAIR_TOKENIZER);
    }
}

fn write(dir: &Path, model: &[u8], tokenizer: &str) {
    std::fs::write(dir.join("model.onnx"), model).unwrap();
    std::fs::write(dir.join("tokenizer.json"), tokenizer).unwrap();
}

/// A `ModelProto` of nodes and tables in the order given. It is of opset 12, the last in which axes
/// are attributes.
///
/// # Source
/// <https://github.com/onnx/onnx/blob/main/onnx/onnx.proto>, whose field numbers these are.
fn model(nodes: &[Vec<u8>], tables: &[Vec<u8>], inputs: &[&str], output: &str) -> Vec<u8> {
    let mut graph: Vec<u8> = nodes.iter().flat_map(|node| message(1, node)).collect();
    graph.extend(text(2, "tiny"));
    for table in tables {
        graph.extend(message(5, table));
    }
    for name in inputs {
        graph.extend(message(11, &tensor_info(name, 7)));
    }
    graph.extend(message(12, &tensor_info(output, 1)));
    let opset = number(2, 12);
    [number(1, 7), message(7, &graph), message(8, &opset)].concat()
}

/// A `NodeProto` without attributes.
fn node(operator: &str, inputs: &[&str], output: &str) -> Vec<u8> {
    let mut node: Vec<u8> = inputs.iter().flat_map(|input| text(1, input)).collect();
    node.extend(text(2, output));
    node.extend(text(3, output));
    node.extend(text(4, operator));
    node
}

/// A `TensorProto` of floats, `[values.len() / n_columns, n_columns]`.
fn tensor(name: &str, values: &[f32], n_columns: usize) -> Vec<u8> {
    let n_rows = values.len() / n_columns;
    let bytes: Vec<u8> = values
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect();
    [
        number(1, n_rows as u64),
        number(1, n_columns as u64),
        number(2, 1),
        text(8, name),
        message(9, &bytes),
    ]
    .concat()
}

/// A `ValueInfoProto` of a tensor `[batch, sequence]`, or of unknown rank for floats.
fn tensor_info(name: &str, element_type: u64) -> Vec<u8> {
    let mut tensor = number(1, element_type);
    if element_type == 7 {
        let dims = ["batch", "sequence"].map(|dim| message(1, &text(2, dim)));
        tensor.extend(message(2, &dims.concat()));
    }
    [text(1, name), message(2, &message(1, &tensor))].concat()
}

fn text(field: u64, text: &str) -> Vec<u8> {
    message(field, text.as_bytes())
}

fn message(field: u64, bytes: &[u8]) -> Vec<u8> {
    let length = varint(bytes.len() as u64);
    [varint(field << 3 | 2), length, bytes.to_vec()].concat()
}

fn number(field: u64, value: u64) -> Vec<u8> {
    [varint(field << 3), varint(value)].concat()
}

fn varint(mut value: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value >= 0x80 {
        bytes.push(0x80 | value.to_le_bytes()[0]);
        value >>= 7;
    }
    bytes.push(value.to_le_bytes()[0]);
    bytes
}
