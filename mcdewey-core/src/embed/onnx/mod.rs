//! ONNX models.

/// An ONNX sentence-embedding model.
#[derive(Debug)]
pub struct OnnxEmbedder {}
