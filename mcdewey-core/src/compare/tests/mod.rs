mod memory;

use std::path::Path;

use self::memory::Memory;
use super::*;

#[test]
fn look() {
    let root = std::env::var("ROOT").unwrap();
    let memory = Memory::of_folder(Path::new(&root));
    let names = std::env::var("WHAT").unwrap();
    for name in names.split(';') {
        let n: Vec<&str> = name.split(',').collect();
        let request = CompareRequest::new(n[1], n[2], n[3])
            .with_product(n[0])
            .with_details();
        let t = std::time::Instant::now();
        let c = match compare(&memory, &request) {
            Ok(c) => c,
            Err(error) => {
                println!("ERROR {error}");
                continue;
            }
        };
        println!(
            "\n=== {name} {:?} {}+{} sections, {} {} files, {:?}",
            c.counts,
            c.from.sections,
            c.to.sections,
            c.from.files,
            c.to.files,
            t.elapsed()
        );
        for s in &c.sections {
            let at = |side: &Option<SectionSide>| {
                side.as_ref().map_or("-".to_owned(), |s| {
                    format!("{} {}", s.chunk_ids[0], s.heading_path.join(" > "))
                })
            };
            println!(
                "{:8} +{} -{} {}{} | {} | {}",
                s.status.name(),
                s.words_added,
                s.words_removed,
                if s.moved_from.is_some() { "MOVED " } else { "" },
                if s.renamed_from.is_some() {
                    "RENAMED"
                } else {
                    ""
                },
                at(&s.before),
                at(&s.after)
            );
            if std::env::var("NEAR").is_ok() && s.status == SectionStatus::Removed {
                let shingles_of = |x: &SectionChange| {
                    let t: String = x
                        .diff
                        .as_ref()
                        .unwrap()
                        .pieces
                        .iter()
                        .map(|p| p.text.as_str())
                        .collect();
                    let w: Vec<u32> = words::words(&t)
                        .into_iter()
                        .map(|w| {
                            use std::hash::{Hash, Hasher};
                            let mut h = std::hash::DefaultHasher::new();
                            w.key.hash(&mut h);
                            h.finish() as u32
                        })
                        .collect();
                    align::shingles(&w)
                };
                let mine = shingles_of(s);
                let mut best: Vec<_> = c
                    .sections
                    .iter()
                    .filter(|x| x.status == SectionStatus::Added)
                    .map(|x| (align::likeness(&mine, &shingles_of(x)), x))
                    .filter(|(l, _)| l.shared > 0)
                    .collect();
                best.sort_by(|a, b| b.0.resemblance.total_cmp(&a.0.resemblance));
                for (l, x) in best.iter().take(2) {
                    println!(
                        "      near {:.2} {:.2} {} {}",
                        l.resemblance,
                        l.containment,
                        l.shared,
                        at(&x.after)
                    );
                }
            }
            if std::env::var("DIFF").is_ok() {
                for p in &s
                    .diff
                    .as_ref()
                    .unwrap_or(&SectionDiff {
                        unit: DiffUnit::Word,
                        pieces: vec![],
                    })
                    .pieces
                {
                    match p.op {
                        DiffOp::Equal => print!("{}", p.text),
                        DiffOp::Delete => print!("[-{}-]", p.text),
                        DiffOp::Insert => print!("{{+{}+}}", p.text),
                    }
                }
                println!("\n");
            }
        }
    }
}
