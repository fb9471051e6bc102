//! MCP server of McDewey.
