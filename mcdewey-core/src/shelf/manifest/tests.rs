use super::*;
use crate::shelf::{SynonymRule, VersionScheme};

fn path(text: &str) -> SourcePath {
    SourcePath::new(text).unwrap()
}

/// Reads a manifest in `folder`, where every file exists but `missing.md`.
fn read(folder: &str, text: &str) -> Result<Manifest> {
    let folder = SourcePath::new(folder).ok();
    Manifest::read(
        Path::new(FILE_NAME),
        folder.as_ref(),
        text.as_bytes(),
        &|path| path.file_name() != "missing.md",
    )
}

fn shelf(manifests: &[(&str, &str)], file: &str) -> Shelf {
    let mut entered = Manifests::default();
    for (folder, text) in manifests {
        entered.enter(read(folder, text).unwrap());
    }
    entered.shelf_of(&path(file), &path(file))
}

fn error(text: &str) -> String {
    read("", text).unwrap_err().to_string()
}

fn ignored(folder: &str, glob: &str) -> Manifests {
    let mut manifests = Manifests::default();
    manifests.enter(read(folder, &format!("ignore = ['{glob}']")).unwrap());
    manifests
}

#[test]
fn every_key_reaches_the_shelf() {
    let text = r#"
        vendor = "Cisco"
        product = "cucm"
        product_name = "Unified Communications Manager"
        version = "15"
        version_scheme = "cisco-uc"
        title = "TAPI Guide"
        aliases = ["CallManager"]
        date = 2024-05-01
        language = "en-GB"
        url = "https://x.org/t.pdf?a={anchor}#page={page}"
        superseded_by = "15.1"
        end_of_life = 2027-03-31
        access = ["staff"]
        synonyms = [["SRTP", "secure media"], "ccm, callmanager => cucm"]
    "#;
    let some = |text: &str| Some(text.to_owned());
    let expected = Shelf {
        vendor: some("Cisco"),
        product: some("cucm"),
        product_name: some("Unified Communications Manager"),
        version: some("15"),
        version_scheme: Some(VersionScheme::CiscoUc),
        document: "a".into(),
        title: some("TAPI Guide"),
        aliases: vec!["CallManager".into()],
        date: some("2024-05-01"),
        language: some("en-GB"),
        url: some("https://x.org/t.pdf?a={anchor}#page={page}"),
        superseded_by: some("15.1"),
        end_of_life: some("2027-03-31"),
        access: vec!["staff".into()],
        synonyms: vec![
            SynonymRule::TwoWay(vec!["SRTP".into(), "secure media".into()]),
            SynonymRule::OneWay {
                from: vec!["ccm".into(), "callmanager".into()],
                to: vec!["cucm".into()],
            },
        ],
    };
    assert_eq!(shelf(&[("", text)], "a.md"), expected);
    assert!(
        Entry::KEYS
            .iter()
            .all(|key| text.contains(&format!("{key} = ")))
    );
}

#[test]
fn the_deeper_manifest_wins_key_by_key() {
    let manifests = [
        ("", "vendor = 'A'\naccess = ['staff']\naliases = ['x', 'y']"),
        ("p", "vendor = 'B'\naccess = []"),
    ];
    let shelf = shelf(&manifests, "p/v/a.md");
    assert_eq!(shelf.vendor.as_deref(), Some("B"));
    assert_eq!(shelf.access, [""; 0]);
    assert_eq!(shelf.aliases, ["x", "y"]);
    assert_eq!(shelf.version.as_deref(), Some("v"));
}

#[test]
fn synonyms_of_a_deeper_manifest_replace_the_outer_ones() {
    let manifests = [
        ("", "synonyms = [['a', 'b']]"),
        ("p", "synonyms = ['c =>']"),
    ];
    let nothing = SynonymRule::OneWay {
        from: vec!["c".into()],
        to: Vec::new(),
    };
    assert_eq!(shelf(&manifests, "p/v/a.md").synonyms, [nothing]);
    let both = SynonymRule::TwoWay(vec!["a".into(), "b".into()]);
    assert_eq!(shelf(&manifests[..1], "p/v/a.md").synonyms, [both]);
}

#[test]
fn the_table_of_a_file_wins_over_every_folder() {
    let manifests = [
        ("", "[document.'p/a.md']\ntitle = 'file'\nversion = 'outer'"),
        (
            "p",
            "title = 'folder'\n[document.'a.md']\nversion = 'inner'",
        ),
    ];
    let of_a = shelf(&manifests, "p/a.md");
    assert_eq!(of_a.title.as_deref(), Some("file"));
    assert_eq!(of_a.version.as_deref(), Some("inner"));
    assert_eq!(shelf(&manifests, "p/b.md").title.as_deref(), Some("folder"));
}

#[test]
fn a_version_scheme_is_inherited_and_overwritten() {
    let manifests = [
        ("", "version_scheme = 'semver'"),
        ("p", "[document.'v/a.md']\nversion_scheme = 'junos'"),
    ];
    let scheme = |file| shelf(&manifests, file).version_scheme;
    assert_eq!(scheme("p/v/b.md"), Some(VersionScheme::Semver));
    assert_eq!(scheme("p/v/a.md"), Some(VersionScheme::Junos));
    assert_eq!(shelf(&[], "p/v/a.md").version_scheme, None);
}

#[test]
fn levels_say_what_folders_mean() {
    let shelf = shelf(
        &[("", "levels = ['vendor', 'product']")],
        "cisco/cucm/guide/a.md",
    );
    assert_eq!(shelf.vendor.as_deref(), Some("cisco"));
    assert_eq!(shelf.product.as_deref(), Some("cucm"));
    assert_eq!(shelf.document, "guide");
    assert_eq!(shelf.version, None);
}

#[test]
fn levels_below_the_root_are_refused() {
    assert_eq!(
        read("cisco", "\nlevels = ['product']")
            .unwrap_err()
            .to_string(),
        "mcdewey.toml:2: `levels` is allowed only in the manifest of the docs root"
    );
}

#[test]
fn a_mistake_is_reported_with_its_line_and_the_remedy() {
    for (text, message) in [
        (
            "vendor = 'a'\nvendr = 'b'",
            "2: unknown key `vendr`; did you mean `vendor`?",
        ),
        (
            "ignored = []",
            "1: unknown key `ignored`; did you mean `ignore`?",
        ),
        (
            "urk = 1\nvendor = 1",
            "1: unknown key `urk`; did you mean `url`?",
        ),
        (
            "[document.'a.md']\ntitel = 'x'",
            "2: unknown key `titel`; did you mean `title`?",
        ),
        (
            "[document.'a.md']\nignore = []",
            "2: `ignore` is not allowed in the table of a single file",
        ),
        (
            "\n[document.'missing.md']",
            "2: there is no file `missing.md` here; give its path from the manifest's folder, in quotes",
        ),
        (
            "[document.'../a.md']",
            "1: there is no file `../a.md` here; give its path from the manifest's folder, in quotes",
        ),
        (
            "version = 15",
            "1: `version` must be a string, not an integer; write it in quotes",
        ),
        (
            "aliases = 'x'",
            "1: `aliases` must be a list of strings, not a string",
        ),
        ("access = [\n'a',\n'']", "3: `access` holds an empty string"),
        (
            "date = true",
            "1: `date` must be a date or a string, not a boolean",
        ),
        (
            "document = 'a.md'",
            "1: `document` must be tables of single files, such as `[document.\"guide.md\"]`, not a string",
        ),
        (
            "levels = ['produkt']",
            "1: `levels` holds the unknown level `produkt`; did you mean `product`?",
        ),
        (
            "levels = ['product', 'product']",
            "1: `levels` holds `product` twice",
        ),
        (
            "version_scheme = 'cisco-os'",
            "1: `version_scheme` holds the unknown scheme `cisco-os`; did you mean `cisco-ios`?",
        ),
        (
            "version_scheme = 15",
            "1: `version_scheme` must be a string, not an integer; write it in quotes",
        ),
        (
            "version_schema = 'junos'",
            "1: unknown key `version_schema`; did you mean `version_scheme`?",
        ),
        (
            "url = '#{pg}'",
            "1: `url` holds `{pg}`, but may hold only `{page}`, `{anchor}` and `{path}`",
        ),
        (
            "url = '{page'",
            "1: `url` holds `{`, but may hold only `{page}`, `{anchor}` and `{path}`",
        ),
    ] {
        assert_eq!(error(text), format!("mcdewey.toml:{message}"), "{text}");
    }
}

#[test]
fn a_mistake_in_synonyms_is_reported_with_how_they_are_written() {
    for (text, message) in [
        (
            "synonyms = 'a => b'",
            "1: `synonyms` must be a list of groups such as `[\"SRTP\", \"secure media\"]` and of \
             strings such as `\"callmanager => cucm\"`, not a string",
        ),
        (
            "synonyms = [\n['a', 'b'],\n5]",
            "3: `synonyms` must be a list of groups such as `[\"SRTP\", \"secure media\"]` and of \
             strings such as `\"callmanager => cucm\"`, not an integer; write it in quotes",
        ),
        (
            "synonyms = [['a', 5]]",
            "1: `synonyms` must be a string, not an integer; write it in quotes",
        ),
        (
            "synonyms = [\n'a = b']",
            "2: `synonyms` holds `a = b`; a rule is written `what people write => what is looked \
             for too`, and words that mean the same are a list",
        ),
        (
            "synonyms = ['a => b => c']",
            "1: `synonyms` holds `a => b => c`, which has more than one `=>`",
        ),
        (
            "synonyms = [' => b']",
            "1: `synonyms` holds ` => b`, which has nothing on the left of `=>`",
        ),
        (
            "synonyms = ['a, => b']",
            "1: `synonyms` holds ``, a term without a letter or a digit",
        ),
        (
            "synonyms = [['a', '++']]",
            "1: `synonyms` holds `++`, a term without a letter or a digit",
        ),
        (
            "synonyms = [['a']]",
            "1: `synonyms` holds a group of one term; give at least two that mean the same",
        ),
        (
            "synonyms = [['a', 'a a a a a a a a a a a a a']]",
            "1: `synonyms` holds `a a a a a a a a a a a a a`, a term of more than 12 words",
        ),
    ] {
        assert_eq!(error(text), format!("mcdewey.toml:{message}"), "{text}");
    }
}

#[test]
fn text_that_is_not_toml_is_reported_with_its_line() {
    let message = error("vendor = 'a'\nproduct = \n");
    assert!(
        message.starts_with("mcdewey.toml:2: not valid TOML: "),
        "{message}"
    );
    let message = error("vendor = 'a'\nvendor = 'b'");
    assert!(
        message.contains(":2: ") && message.contains("duplicate key"),
        "{message}"
    );
    let message = error("ignore = ['[a']");
    assert!(
        message.starts_with("mcdewey.toml:1: `ignore`: "),
        "{message}"
    );
    let latin_1 = Manifest::read(Path::new("m"), None, b"a = 1\n\xe9", &|_| true);
    assert_eq!(
        latin_1.unwrap_err().to_string(),
        "m:2: not UTF-8; save it as UTF-8"
    );
}

#[test]
fn a_byte_order_mark_does_not_hide_the_first_key() {
    assert_eq!(
        shelf(&[("", "\u{feff}vendor = 'V'")], "a.md")
            .vendor
            .as_deref(),
        Some("V")
    );
    assert!(error("\u{feff}x = 1").contains(":1: unknown key `x`"));
}

#[test]
fn ignore_globs_start_at_the_folder_of_their_manifest() {
    let manifests = ignored("p", "a.md");
    assert!(manifests.ignore_file(&path("p/a.md")));
    assert!(!manifests.ignore_file(&path("p/q/a.md")));
    assert!(!manifests.ignore_file(&path("a.md")));
    assert!(!manifests.ignore_file(&path("p2/a.md")));
}

#[test]
fn a_star_also_crosses_folders() {
    assert!(ignored("", "*.old.md").ignore_file(&path("x/y/a.old.md")));
}

#[test]
fn a_folder_is_ignored_by_name_or_by_all_its_content() {
    for glob in ["drafts", "drafts/", "drafts/**", "drafts/*"] {
        assert!(ignored("", glob).ignore_folder(&path("drafts")), "{glob}");
        assert!(!ignored("", glob).ignore_folder(&path("drafts2")), "{glob}");
    }
    assert!(!ignored("", "drafts/*.md").ignore_folder(&path("drafts")));
}

#[test]
fn a_path_in_a_template_is_that_below_its_manifest() {
    let folder = SourcePath::new("docs").expect("a path");
    let text = b"url = \"https://x.org/{path}#{anchor}\"";
    let manifest = Manifest::read(Path::new("docs/mcdewey.toml"), Some(&folder), text, &|_| {
        true
    });
    let mut manifests = Manifests::default();
    manifests.enter(manifest.expect("valid"));
    let path = SourcePath::new("docs/a b/\u{e9}?.html").expect("a path");
    let shelf = manifests.shelf_of(&path, &path);
    assert_eq!(
        shelf.url.as_deref(),
        Some("https://x.org/a%20b/%C3%A9%3F.html#{anchor}")
    );
}
