//! Searches and requests in, numbers for Prometheus out.

use std::fmt;
use std::time::Duration;

use mcdewey_core::search::{SearchEvent, SearchObserver};
use mcdewey_core::{LibraryStatus, Mode};
use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

/// Upper ends of the buckets of latencies, in seconds: three for each power of ten.
const BUCKETS: [f64; 12] = [
    0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 5.0,
];

/// What a server counts, for `/metrics`.
///
/// As a [`SearchObserver`] of a library it counts the searches of pages, REST and MCP alike.
pub struct Metrics {
    registry: Registry,
    requests: Family<RequestLabels, Counter>,
    request_seconds: Family<RouteLabels, Histogram, fn() -> Histogram>,
    searches: Family<ModeLabels, Counter>,
    searches_without_hits: Family<ModeLabels, Counter>,
    leg_seconds: Family<LegLabels, Histogram, fn() -> Histogram>,
    requests_under_way: Gauge,
    generation: Gauge,
    documents: Gauge,
    chunks: Gauge,
    index_bytes: Gauge,
    vectors: Gauge,
    indexing: Gauge,
    ingest_problems: Gauge,
    logs_queries: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    method: String,
    route: String,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RouteLabels {
    route: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ModeLabels {
    mode: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct LegLabels {
    leg: &'static str,
}

/// What is measured at the moment of asking.
#[derive(Debug)]
pub(crate) struct Now<'a> {
    pub(crate) status: &'a LibraryStatus,
    pub(crate) n_requests: usize,
    pub(crate) is_updating: bool,
    pub(crate) n_problems: usize,
}

impl Default for Metrics {
    fn default() -> Self {
        let histogram: fn() -> Histogram = || Histogram::new(BUCKETS);
        let metrics = Self {
            registry: Registry::with_prefix("mcdewey"),
            requests: Family::default(),
            request_seconds: Family::new_with_constructor(histogram),
            searches: Family::default(),
            searches_without_hits: Family::default(),
            leg_seconds: Family::new_with_constructor(histogram),
            requests_under_way: Gauge::default(),
            generation: Gauge::default(),
            documents: Gauge::default(),
            chunks: Gauge::default(),
            index_bytes: Gauge::default(),
            vectors: Gauge::default(),
            indexing: Gauge::default(),
            ingest_problems: Gauge::default(),
            logs_queries: false,
        };
        metrics.registered()
    }
}

impl Metrics {
    /// Nothing counted yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Also writes what people search for to the log, as events of the target `mcdewey::query`.
    /// Default: it does not.
    #[must_use]
    pub fn with_queries_logged(mut self) -> Self {
        self.logs_queries = true;
        self
    }

    fn registered(mut self) -> Self {
        let registry = &mut self.registry;
        registry.register("requests", "Requests answered", self.requests.clone());
        registry.register(
            "request_duration_seconds",
            "Time to answer a request",
            self.request_seconds.clone(),
        );
        registry.register("searches", "Searches answered", self.searches.clone());
        registry.register(
            "searches_without_hits",
            "Searches that found nothing",
            self.searches_without_hits.clone(),
        );
        registry.register(
            "search_leg_duration_seconds",
            "Time of one part of a search: lexical, embedding, vector, reranking",
            self.leg_seconds.clone(),
        );
        let gauges = [
            (
                "requests_under_way",
                "Requests that wait or are answered now",
                &self.requests_under_way,
            ),
            (
                "index_generation",
                "Newest generation of the index",
                &self.generation,
            ),
            (
                "index_documents",
                "Documents in the library",
                &self.documents,
            ),
            ("index_chunks", "Passages in the library", &self.chunks),
            (
                "index_size_bytes",
                "Size of the index on disk",
                &self.index_bytes,
            ),
            (
                "index_vectors",
                "Distinct vectors in the index",
                &self.vectors,
            ),
            (
                "indexing",
                "1 while documents are being indexed",
                &self.indexing,
            ),
            (
                "ingest_problems",
                "Problems of the last ingest",
                &self.ingest_problems,
            ),
        ];
        for (name, help, gauge) in gauges {
            registry.register(name, help, gauge.clone());
        }
        self
    }

    /// Counts an answered request. `route` is the pattern of its path, not the path itself: there
    /// are few of them.
    pub(crate) fn answered(&self, method: &str, route: &str, status: u16, time: Duration) {
        let labels = RequestLabels {
            method: method.to_owned(),
            route: route.to_owned(),
            status,
        };
        self.requests.get_or_create(&labels).inc();
        let labels = RouteLabels {
            route: route.to_owned(),
        };
        let seconds = time.as_secs_f64();
        self.request_seconds.get_or_create(&labels).observe(seconds);
    }

    /// Everything in the text format of Prometheus.
    pub(crate) fn encode(&self, now: &Now<'_>) -> String {
        let number = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        let status = now.status;
        self.requests_under_way.set(number(now.n_requests));
        self.generation
            .set(i64::try_from(status.generation).unwrap_or(i64::MAX));
        self.documents.set(number(status.documents));
        self.chunks.set(number(status.chunks));
        self.index_bytes
            .set(i64::try_from(status.engine.bytes).unwrap_or(i64::MAX));
        self.vectors.set(number(status.engine.vectors));
        self.indexing.set(i64::from(now.is_updating));
        self.ingest_problems.set(number(now.n_problems));
        let mut text = String::new();
        text::encode(&mut text, &self.registry).expect("a string takes all");
        text
    }
}

impl SearchObserver for Metrics {
    fn searched(&self, event: &SearchEvent<'_>) {
        let mode: Mode = event.request.mode;
        let labels = ModeLabels {
            mode: mode.to_string(),
        };
        self.searches.get_or_create(&labels).inc();
        if event.total == 0 {
            self.searches_without_hits.get_or_create(&labels).inc();
        }
        let legs = [
            ("lexical", event.times.lexical),
            ("embedding", event.times.embedding),
            ("vector", event.times.vector),
            ("reranking", event.times.reranking),
        ];
        for (leg, time) in legs {
            if let Some(time) = time {
                let seconds = time.as_secs_f64();
                self.leg_seconds
                    .get_or_create(&LegLabels { leg })
                    .observe(seconds);
            }
        }
        if self.logs_queries {
            let (query, total) = (event.request.query.as_str(), event.total);
            tracing::info!(target: "mcdewey::query", query, %mode, total, "searched");
        }
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Metrics")
    }
}
