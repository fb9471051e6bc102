//! ONNX models small enough to write by hand, for tests: a table of word vectors, looked up.

use std::path::Path;

/// A graph that looks its input ids up in a table of three-dimensional vectors.
pub(super) struct TinyModel {
    /// Names of the int64 inputs; the first is looked up.
    pub(super) inputs: Vec<&'static str>,
    /// Name of the output, `[batch, sequence, 3]`.
    pub(super) output: &'static str,
    /// Whether the table claims to lie in another file.
    pub(super) external: bool,
}

/// Vectors of the tokens `[UNK]`, `call`, `park`, and of an unused fourth.
const TABLE: [f32; 12] = [0.0, 0.0, 1.0, 3.0, 0.0, 0.0, 0.0, 4.0, 0.0, 1.0, 1.0, 1.0];

/// A tokenizer of three words, split at spaces, without special tokens.
const TOKENIZER: &str = r#"{"version": "1.0", "truncation": null, "padding": null,
    "added_tokens": [], "normalizer": null, "pre_tokenizer": {"type": "WhitespaceSplit"},
    "post_processor": null, "decoder": null, "model": {"type": "WordLevel",
    "vocab": {"[UNK]": 0, "call": 1, "park": 2, "beyond": 9}, "unk_token": "[UNK]"}}"#;

impl Default for TinyModel {
    fn default() -> Self {
        Self {
            inputs: vec!["input_ids", "attention_mask", "token_type_ids"],
            output: "last_hidden_state",
            external: false,
        }
    }
}

impl TinyModel {
    /// Writes `model.onnx` and `tokenizer.json` into a directory.
    pub(super) fn write(&self, dir: &Path) {
        std::fs::write(dir.join("model.onnx"), self.bytes()).unwrap();
        std::fs::write(dir.join("tokenizer.json"), TOKENIZER).unwrap();
    }

    /// The model as a `ModelProto`.
    ///
    /// # Source
    /// <https://github.com/onnx/onnx/blob/main/onnx/onnx.proto>, whose field numbers these are.
    fn bytes(&self) -> Vec<u8> {
        let node = [
            text(1, "table"),
            text(1, self.inputs[0]),
            text(2, self.output),
            text(4, "Gather"),
        ];
        let mut graph = message(1, &node.concat());
        graph.extend(text(2, "tiny"));
        graph.extend(message(5, &self.table()));
        for name in &self.inputs {
            graph.extend(message(11, &tensor_info(name, 7)));
        }
        graph.extend(message(12, &tensor_info(self.output, 1)));
        let opset = number(2, 17);
        [number(1, 8), message(7, &graph), message(8, &opset)].concat()
    }

    fn table(&self) -> Vec<u8> {
        let values: Vec<u8> = TABLE.iter().flat_map(|value| value.to_le_bytes()).collect();
        let mut tensor = [number(1, 4), number(1, 3), number(2, 1), text(8, "table")].concat();
        if self.external {
            tensor.extend(number(14, 1));
        } else {
            tensor.extend(message(9, &values));
        }
        tensor
    }
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
