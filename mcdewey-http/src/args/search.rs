//! What a search is asked with.

use clap::ValueEnum;
use mcdewey_core::search::{DEFAULT_LIMIT, Fusion, FusionSettings, Neighbours, Versions};
use mcdewey_core::{Filter, Mode, SearchRequest};

use super::RerankerArgs;

#[derive(Debug, clap::Args)]
pub(crate) struct Search {
    /// What to look for: a question, or words as the manual has them. "exact phrase", +must, -not,
    /// AND, OR, NOT, (…), title:, heading:, code:, page:, vendor:, product:, version:, document:,
    /// prefix*, ~misspelt and "near words"~4 are understood
    pub(crate) query: String,
    #[command(flatten)]
    pub(crate) filter: FilterArgs,
    /// By words, by meaning, or both
    #[arg(long, value_enum, default_value_t = ModeArg::Hybrid)]
    pub(crate) mode: ModeArg,
    /// How many passages to show
    #[arg(long, default_value_t = DEFAULT_LIMIT)]
    pub(crate) limit: usize,
    /// Show each version of a passage, not the newest for all
    #[arg(long)]
    pub(crate) all_versions: bool,
    /// Say how the query was read, and how each passage was found
    #[arg(long)]
    pub(crate) explain: bool,
    #[command(flatten)]
    pub(crate) shape: ShapeArgs,
    #[command(flatten)]
    pub(crate) reranker: RerankerArgs,
}

/// What the ranking looks like.
#[derive(Debug, clap::Args)]
pub(crate) struct ShapeArgs {
    /// At most so many passages of one document
    #[arg(long)]
    per_document: Option<usize>,
    /// At most so many passages of one product
    #[arg(long)]
    per_product: Option<usize>,
    /// How much unlike each other passages are to be, from 0 to 1
    #[arg(long, default_value_t = 0.0)]
    diversity: f32,
    /// Show each passage by itself, also where they follow each other
    #[arg(long)]
    apart: bool,
    /// Count everything that has a word of the query by where it stands
    #[arg(long)]
    facets: bool,
}

impl ShapeArgs {
    pub(crate) fn apply(&self, mut request: SearchRequest) -> SearchRequest {
        request.per_document = self.per_document;
        request.per_product = self.per_product;
        request.diversity = self.diversity;
        if self.apart {
            request = request.with_neighbours(Neighbours::Apart);
        }
        if self.facets {
            request = request.with_facets();
        }
        request
    }
}

/// Which documents may answer; each option may be given several times.
#[derive(Debug, clap::Args)]
pub(crate) struct FilterArgs {
    /// Only this vendor's manuals
    #[arg(long)]
    vendor: Vec<String>,
    /// Only manuals of this product
    #[arg(long)]
    product: Vec<String>,
    /// Only manuals of this version: its name (14.0(1)SU3), the beginning of it (14), latest, or a
    /// range (>=14,<15)
    #[arg(long)]
    version: Vec<String>,
    /// Only this document, by name or id
    #[arg(long)]
    document: Vec<String>,
}

impl FilterArgs {
    pub(crate) fn to_filter(&self) -> Filter {
        let mut filter = Filter::new();
        filter.vendors.clone_from(&self.vendor);
        filter.products.clone_from(&self.product);
        filter.versions.clone_from(&self.version);
        filter.documents.clone_from(&self.document);
        filter
    }
}

/// Which versions of a passage are hits.
pub(crate) fn versions(all: bool) -> Versions {
    if all { Versions::All } else { Versions::Newest }
}

/// [`Mode`] as an argument.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum ModeArg {
    /// Both, fused
    Hybrid,
    /// By words
    Lexical,
    /// By meaning
    Vector,
}

impl From<ModeArg> for Mode {
    fn from(mode: ModeArg) -> Self {
        match mode {
            ModeArg::Hybrid => Self::Hybrid,
            ModeArg::Lexical => Self::Lexical,
            ModeArg::Vector => Self::Vector,
        }
    }
}

/// How the legs are joined, for trying other settings than the measured defaults.
#[derive(Debug, clap::Args)]
pub(crate) struct FusionArgs {
    /// Join them by reciprocal ranks with this constant, not by scores
    #[arg(long)]
    rrf_k: Option<f32>,
    /// Weight of the lexical leg
    #[arg(long)]
    lexical_weight: Option<f32>,
    /// Weight of the vector leg
    #[arg(long, requires = "rrf_k")]
    vector_weight: Option<f32>,
    /// What it is worth that words of the query stand in a row
    #[arg(long)]
    in_a_row: Option<f32>,
}

impl FusionArgs {
    pub(crate) fn to_settings(&self) -> FusionSettings {
        let mut fusion = match self.rrf_k {
            None => Fusion::CONVEX,
            Some(_) => Fusion::RRF,
        };
        let set = |setting: &mut f32, given: Option<f32>| *setting = given.unwrap_or(*setting);
        match &mut fusion {
            Fusion::Convex { lexical_weight } => set(lexical_weight, self.lexical_weight),
            Fusion::Rrf {
                rrf_k,
                lexical_weight,
                vector_weight,
            } => {
                set(rrf_k, self.rrf_k);
                set(lexical_weight, self.lexical_weight);
                set(vector_weight, self.vector_weight);
            }
            // The core may learn others; those have no settings here.
            _ => {}
        }
        let settings = FusionSettings::default().with_fusion(fusion);
        match self.in_a_row {
            Some(in_a_row) => settings.with_in_a_row(in_a_row),
            None => settings,
        }
    }
}
