//! The line that says where a passage stands.

use super::Passage;

/// Vendor, product, version, document, section and page, as far as they are known:
/// `Docker / docker 26.1.5 / dockerd / Daemon socket option, p. 12`.
pub fn citation(passage: &Passage) -> String {
    let mut product: Vec<&str> = Vec::new();
    product.extend(passage.product.as_deref());
    product.extend(passage.version.as_deref());
    let mut parts: Vec<String> = Vec::new();
    parts.extend(passage.vendor.clone());
    if !product.is_empty() {
        parts.push(product.join(" "));
    }
    parts.push(passage.document_name().to_owned());
    let section = passage.heading_path.join(" > ");
    if !section.is_empty() && passage.heading_path.as_slice() != [parts[parts.len() - 1].clone()] {
        parts.push(section);
    }
    let mut line = parts.join(" / ");
    if let Some(page) = &passage.page {
        line.push_str(&pages(page.first, page.last));
        if let Some(label) = &page.label {
            line.extend([" (", label, ")"]);
        }
    }
    line
}

fn pages(first: u32, last: u32) -> String {
    if first == last {
        format!(", p. {first}")
    } else {
        format!(", pp. {first}-{last}")
    }
}
