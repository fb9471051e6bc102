//! MCP server of McDewey.

use std::sync::Arc;

/// Serves until stdin ends.
///
/// # Errors
/// Never.
pub async fn serve_stdio(_library: Arc<mcdewey_core::Library>) -> anyhow::Result<()> {
    Ok(())
}
