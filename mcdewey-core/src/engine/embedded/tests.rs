//! What only the inside shows: that damage is found before usearch or tantivy read it.

use std::fs;
use std::path::Path;

use super::vectors::{Graph, Segment, write_graph, write_segment};
use super::*;
use crate::engine::TextKey;

const DIM: usize = 4;

/// A graph over 50 rows.
fn graph(index: &Path) -> files::FileRef {
    fs::create_dir_all(index.join("vectors")).expect("a folder");
    let vectors: Vec<[f32; DIM]> = (0..50_u8)
        .map(|row| {
            let (sine, cosine) = f32::from(row).sin_cos();
            [sine, cosine, 0.0, 0.0]
        })
        .collect();
    let keys = (0_u64..).map(|row| (row, TextKey::of(&row.to_string())));
    let rows: Vec<_> = keys
        .zip(&vectors)
        .map(|((row, key), vector)| (row, key, vector.as_slice()))
        .collect();
    let file = write_segment(index, "1", DIM, &rows).expect("written");
    let segment = Segment::open(index, &file, DIM).expect("sound");
    write_graph(index, "1", &segment, DIM).expect("written")
}

#[test]
fn every_damaged_byte_of_a_graph_is_found_by_its_hash_and_never_loaded() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = graph(folder.path());
    let path = folder.path().join(&file.name);
    let content = fs::read(&path).expect("read");
    for at in 0..content.len() {
        let mut damaged = content.clone();
        damaged[at] ^= 0x10;
        fs::write(&path, damaged).expect("written");
        let error = Graph::open(folder.path(), &file, DIM, 50).expect_err("damaged");
        assert!(matches!(error, Error::Corrupt { .. }), "byte {at}: {error}");
    }
    fs::write(&path, content).expect("written");
    Graph::open(folder.path(), &file, DIM, 50).expect("sound again");
}

#[test]
fn a_sound_graph_of_other_rows_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = graph(folder.path());
    Graph::open(folder.path(), &file, DIM, 49).expect_err("it covers 50 rows");
}

#[test]
fn a_mapped_file_outlives_its_removal() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = graph(folder.path());
    let mapped = files::map(folder.path(), &file);
    fs::remove_file(folder.path().join(&file.name)).expect("removed");
    Graph::read(&mapped, DIM, 50).expect("its content is still there");
    Graph::open(folder.path(), &file, DIM, 50).expect_err("it is gone for others");
}

#[test]
fn a_graph_is_the_same_file_whenever_it_is_built() {
    let [one, two] = [(); 2].map(|()| tempfile::tempdir().expect("a folder"));
    assert_eq!(graph(one.path()), graph(two.path()));
}
