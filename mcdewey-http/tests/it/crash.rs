//! `kill -9` at random moments of indexing: what was acknowledged stays, and the rest is whole.
//! And Ctrl-C, which also says so.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use crate::program::Workspace;

/// How many times the writer is killed; `MCDEWEY_KILL_CYCLES` sets another number.
const CYCLES: u64 = 10;
const DOCUMENTS: u64 = 60;

#[test]
fn a_killed_writer_loses_nothing_it_acknowledged() {
    let cycles = std::env::var("MCDEWEY_KILL_CYCLES")
        .ok()
        .map_or(CYCLES, |cycles| cycles.parse().expect("a number of cycles"));
    let workspace = Workspace::new();
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let mut acknowledged = 0;
    let mut killed = 0;
    for cycle in 0..cycles {
        change_documents(&workspace, cycle, &mut random);
        let mut child = start_indexing(&workspace);
        let delay = Duration::from_millis(random.below(400));
        let newest = read_until_killed(&mut child, delay);
        killed += u64::from(!child.wait().expect("it ended").success());
        acknowledged = acknowledged.max(newest);
        check(&workspace, acknowledged, cycle);
    }
    assert!(
        killed > 0,
        "no writer was killed: the delays do not fit this machine"
    );
    let (code, report) = workspace.reindex();
    assert_eq!(code, 0);
    assert_eq!(report["documents"]["total"], DOCUMENTS);
    // The run after it sweeps what only the commit before named.
    workspace.reindex();
    let files = fs::read_dir(workspace.index().join("vectors")).expect("a folder");
    assert!(files.count() < 10, "files of crashed writers are swept");
}

#[test]
fn ctrl_c_leaves_the_last_commit_intact_and_says_so() {
    let workspace = Workspace::new();
    change_documents(&workspace, 0, &mut Random(1));
    let mut child = start_indexing(&workspace);
    let stderr = child.stderr.take().expect("piped");
    let mut lines = BufReader::new(stderr).lines().map_while(Result::ok);
    let acknowledged = lines
        .find_map(|line| generation(&line))
        .expect("a first commit");
    let id = child.id().to_string();
    let sent = Command::new("kill").args(["-INT", &id]).status();
    assert!(sent.expect("kill is there").success());
    let told: Vec<String> = lines.collect();
    assert_eq!(child.wait().expect("it ended").code(), Some(1), "{told:?}");
    let intact = "mcdewey: interrupted; the last commit is intact";
    assert!(told.iter().any(|line| line.starts_with(intact)), "{told:?}");
    check(&workspace, acknowledged, 0);
    let (code, report) = workspace.reindex();
    assert_eq!(
        (code, &report["documents"]["total"]),
        (0, &DOCUMENTS.into())
    );
}

/// Rewrites some documents, so that every cycle has work to do.
fn change_documents(workspace: &Workspace, cycle: u64, random: &mut Random) {
    for document in 0..DOCUMENTS {
        if cycle == 0 || random.below(4) == 0 {
            let mut text = String::new();
            for section in 0..8 {
                let random = random.next().to_string();
                let cycle = cycle.to_string();
                let section = section.to_string();
                text.extend([
                    "## Section ",
                    &section,
                    "\n\nText ",
                    &random,
                    " of cycle ",
                    &cycle,
                ]);
                text.push_str(".\n\n");
            }
            workspace.write(&format!("pbx/v1/manual{document}.md"), &text);
        }
    }
}

/// Commits after every batch of documents, so that there is much to interrupt.
fn start_indexing(workspace: &Workspace) -> Child {
    let docs = workspace.docs();
    workspace
        .command(&["index", docs.to_str().expect("UTF-8"), "--checkpoint", "0"])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts")
}

/// Kills the writer `delay` after its first acknowledged commit or, if that comes first, lets it
/// end. Gives the newest generation it acknowledged on stderr.
fn read_until_killed(child: &mut Child, delay: Duration) -> u64 {
    let stderr = child.stderr.take().expect("piped");
    let reader = thread::spawn(move || {
        BufReader::new(stderr)
            .lines()
            .map_while(Result::ok)
            .filter_map(|line| generation(&line))
            .max()
    });
    thread::sleep(delay);
    let _it_may_have_ended = child.kill();
    reader.join().expect("the reader ends").unwrap_or(0)
}

/// The generation that a line on stderr acknowledges.
fn generation(line: &str) -> Option<u64> {
    let generation = line.strip_prefix("committed generation ")?;
    generation.split(' ').next()?.parse().ok()
}

fn check(workspace: &Workspace, acknowledged: u64, cycle: u64) {
    if !workspace.index().join("text/meta.json").exists() {
        assert_eq!(
            acknowledged, 0,
            "cycle {cycle}: an acknowledged index is gone"
        );
        return;
    }
    let (code, report) = workspace.json(&["verify"]);
    assert_eq!(code, 0, "cycle {cycle}: {report}");
    let generation = report["generation"].as_u64().expect("a number");
    assert!(
        generation >= acknowledged,
        "cycle {cycle}: generation {acknowledged} was acknowledged, {generation} is there"
    );
}

/// xorshift64: the same cycles every time.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }
}
