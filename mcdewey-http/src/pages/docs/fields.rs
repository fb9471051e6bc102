//! A schema in, the fields of its JSON as a flat list out: `hits[].page.first`.

use std::collections::BTreeMap;

use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::openapi::{RefOr, Required, Schema};

use super::kind::{self, Schemas, core, reference, resolved};

/// A field of an answer or a body, or a parameter.
#[derive(Debug, Default)]
pub(super) struct Field {
    /// With the names of the fields around it.
    pub(super) name: String,
    /// Its type and range, in words.
    pub(super) kind: String,
    pub(super) says: String,
    pub(super) is_required: bool,
    /// Whether it is a part of the path.
    pub(super) is_in_path: bool,
    pub(super) default: Option<String>,
    /// As it would be sent.
    pub(super) example: Option<String>,
}

pub(super) fn parameter(schemas: &Schemas, parameter: &Parameter) -> Field {
    let schema = parameter.schema.as_ref();
    // utoipa shows it in the document alone.
    let described = serde_json::to_value(parameter).unwrap_or_default();
    Field {
        name: parameter.name.clone(),
        kind: schema.map_or_else(String::new, |schema| kind::kind(schemas, schema)),
        says: parameter.description.clone().unwrap_or_default(),
        is_required: matches!(parameter.required, Required::True),
        is_in_path: matches!(parameter.parameter_in, ParameterIn::Path),
        default: schema.and_then(default),
        example: described["example"].as_str().map(str::to_owned),
    }
}

pub(super) fn fields(schemas: &Schemas, schema: &RefOr<Schema>) -> Vec<Field> {
    let mut walk = Walk {
        schemas,
        fields: Vec::new(),
        listed: BTreeMap::new(),
    };
    walk.object("", schema);
    walk.fields
}

struct Walk<'a> {
    schemas: &'a Schemas,
    fields: Vec<Field>,
    /// Where the fields of a type are listed already.
    listed: BTreeMap<&'a str, String>,
}

impl<'a> Walk<'a> {
    fn object(&mut self, around: &str, schema: &'a RefOr<Schema>) {
        match resolved(self.schemas, schema) {
            Some(Schema::Object(object)) => {
                for (name, schema) in &object.properties {
                    self.field(around, name, schema, object.required.contains(name));
                }
            }
            Some(Schema::AllOf(all)) => {
                for part in &all.items {
                    self.object(around, part);
                }
            }
            _ => {}
        }
    }

    fn field(&mut self, around: &str, name: &str, schema: &'a RefOr<Schema>, is_required: bool) {
        let core = core(schema);
        let has_fields = self.has_fields(core.schema);
        let type_name = reference(core.schema).filter(|_| has_fields);
        let listed = type_name.and_then(|type_name| self.listed.get(type_name));
        let as_listed = listed.map(|place| format!(", as `{place}`"));
        let name = format!("{around}{name}");
        let each = format!("{name}{}", "[]".repeat(core.n_lists));
        self.fields.push(Field {
            kind: kind::kind(self.schemas, schema) + as_listed.as_deref().unwrap_or(""),
            says: says(schema).unwrap_or_default(),
            is_required,
            default: default(schema),
            example: example(schema),
            name,
            ..Field::default()
        });
        if as_listed.is_some() || !has_fields {
            return;
        }
        // Before its fields, so that a type that holds itself ends here.
        if let Some(type_name) = type_name {
            self.listed.insert(type_name, each.clone());
        }
        self.object(&format!("{each}."), core.schema);
    }

    fn has_fields(&self, schema: &RefOr<Schema>) -> bool {
        match resolved(self.schemas, schema) {
            Some(Schema::Object(object)) => !object.properties.is_empty(),
            Some(Schema::AllOf(_)) => true,
            _ => false,
        }
    }
}

fn says(schema: &RefOr<Schema>) -> Option<String> {
    match schema {
        RefOr::Ref(reference) => Some(reference.description.clone()),
        RefOr::T(Schema::Object(object)) => object.description.clone(),
        RefOr::T(Schema::Array(array)) => array.description.clone(),
        RefOr::T(Schema::OneOf(one)) => one.items.iter().find_map(says),
        RefOr::T(_) => None,
    }
}

fn default(schema: &RefOr<Schema>) -> Option<String> {
    match schema {
        RefOr::T(Schema::Object(object)) => object.default.as_ref().map(ToString::to_string),
        _ => None,
    }
}

fn example(schema: &RefOr<Schema>) -> Option<String> {
    match schema {
        RefOr::T(Schema::Object(object)) => object.example.as_ref()?.as_str().map(str::to_owned),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::description;

    fn find<'a>(fields: &'a [Field], name: &str) -> &'a Field {
        let found = fields.iter().find(|field| field.name == name);
        found.unwrap_or_else(|| panic!("no {name} in {fields:#?}"))
    }

    fn fields_of(type_name: &str) -> Vec<Field> {
        let schemas = &description(false).components.as_ref().unwrap().schemas;
        fields(schemas, &schemas[type_name])
    }

    #[test]
    fn fields_are_named_with_those_around_them_and_typed_in_words() {
        let answer = fields_of("SearchAnswer");
        for (name, kind) in [
            ("query", "string"),
            ("mode", "`hybrid`, `lexical` or `vector`"),
            ("hits", "list of objects"),
            ("hits[].heading_path", "list of strings"),
            ("hits[].page", "object or null"),
            ("hits[].page.first", "integer"),
            ("hits[].highlights", "list of lists of integers"),
            ("hits[].explain.lexical", "object or null"),
            ("hits[].explain.lexical.rank", "integer"),
            (
                "hits[].explain.vector",
                "object or null, as `hits[].explain.lexical`",
            ),
            (
                "suggestions[].values",
                "list of pairs of string and integer",
            ),
            ("next", "string or null"),
        ] {
            assert_eq!(find(&answer, name).kind, kind, "{name}");
        }
        let says = &find(&answer, "hits[].page").says;
        assert_eq!(says, "Where it stands, if the document knows pages.");
    }

    #[test]
    fn what_may_be_sent_says_its_range_and_default() {
        let body = fields_of("SearchRequest");
        let limit = find(&body, "limit");
        assert_eq!(
            (limit.kind.as_str(), limit.is_required),
            ("integer, 1 to 100", false)
        );
        assert_eq!(limit.default.as_deref(), Some("10"));
        let query = find(&body, "query");
        assert_eq!(
            (query.kind.as_str(), query.is_required),
            ("string, at most 2048 characters", true)
        );
        assert_eq!(find(&body, "vendor").kind, "list of strings, at most 32");
    }

    #[test]
    fn a_type_that_holds_itself_ends() {
        use utoipa::openapi::Ref;
        use utoipa::openapi::schema::ObjectBuilder;
        let node = ObjectBuilder::new().property("child", Ref::from_schema_name("Node"));
        let mut schemas = Schemas::new();
        schemas.insert("Node".to_owned(), RefOr::T(node.into()));
        let fields = fields(&schemas, &schemas["Node"]);
        let kinds: Vec<_> = fields
            .iter()
            .map(|field| (&*field.name, &*field.kind))
            .collect();
        assert_eq!(
            kinds,
            [("child", "object"), ("child.child", "object, as `child`")]
        );
    }
}
