//! A schema in, its type in words out: `list of strings, at most 32`.

use std::collections::BTreeMap;

use utoipa::Number;
use utoipa::openapi::schema::{Array, ArrayItems, Object, SchemaType, Type};
use utoipa::openapi::{Ref, RefOr, Schema};

/// The types that schemas refer to, by name.
pub(super) type Schemas = BTreeMap<String, RefOr<Schema>>;

/// A schema without the lists around it.
pub(super) struct Core<'a> {
    pub(super) schema: &'a RefOr<Schema>,
    pub(super) n_lists: usize,
    max_items: Option<usize>,
    is_nullable: bool,
}

pub(super) fn kind(schemas: &Schemas, schema: &RefOr<Schema>) -> String {
    let core = core(schema);
    let one = resolved(schemas, core.schema);
    let mut kind = one.map_or_else(String::new, name);
    for _ in 0..core.n_lists {
        kind = format!("list of {}", plural(&kind));
    }
    if let Some(max) = core.max_items {
        kind.extend([", at most ", &max.to_string()]);
    }
    if core.is_nullable || one.is_some_and(is_nullable) {
        kind.push_str(" or null");
    }
    kind
}

/// What a schema is, if it only refers to that.
pub(super) fn resolved<'a>(schemas: &'a Schemas, schema: &'a RefOr<Schema>) -> Option<&'a Schema> {
    match schema {
        RefOr::T(schema) => Some(schema),
        RefOr::Ref(_) => resolved(schemas, schemas.get(reference(schema)?)?),
    }
}

fn name(schema: &Schema) -> String {
    match schema {
        Schema::Object(object) => scalar(object),
        Schema::Array(array) => {
            let parts = array.prefix_items.iter().map(name);
            format!("pair of {}", parts.collect::<Vec<_>>().join(" and "))
        }
        _ => "object".to_owned(),
    }
}

pub(super) fn core(schema: &RefOr<Schema>) -> Core<'_> {
    match schema {
        RefOr::T(Schema::OneOf(one)) => match &one.items[..] {
            [schema, null] | [null, schema] if is_null(null) => Core {
                is_nullable: true,
                ..core(schema)
            },
            _ => leaf(schema),
        },
        RefOr::T(Schema::Array(Array {
            items: ArrayItems::RefOrSchema(items),
            max_items,
            prefix_items,
            ..
        })) if prefix_items.is_empty() => {
            let inner = core(items);
            Core {
                n_lists: inner.n_lists + 1,
                max_items: *max_items,
                ..inner
            }
        }
        _ => leaf(schema),
    }
}

fn leaf(schema: &RefOr<Schema>) -> Core<'_> {
    Core {
        schema,
        n_lists: 0,
        max_items: None,
        is_nullable: false,
    }
}

/// The name of the type that a schema refers to.
pub(super) fn reference(schema: &RefOr<Schema>) -> Option<&str> {
    match schema {
        RefOr::Ref(Ref { ref_location, .. }) => ref_location.rsplit('/').next(),
        RefOr::T(_) => None,
    }
}

fn is_null(schema: &RefOr<Schema>) -> bool {
    let RefOr::T(Schema::Object(object)) = schema else {
        return false;
    };
    matches!(object.schema_type, SchemaType::Type(Type::Null))
}

fn is_nullable(schema: &Schema) -> bool {
    let Schema::Object(object) = schema else {
        return false;
    };
    matches!(&object.schema_type, SchemaType::Array(types) if types.contains(&Type::Null))
}

fn scalar(object: &Object) -> String {
    if let Some(values) = &object.enum_values {
        let values = values.iter().filter_map(|value| value.as_str());
        let values: Vec<String> = values.map(|value| format!("`{value}`")).collect();
        return match values.split_last() {
            Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
            _ => values.concat(),
        };
    }
    let types = match &object.schema_type {
        SchemaType::Type(one) => std::slice::from_ref(one),
        SchemaType::Array(types) => types,
        SchemaType::AnyValue => &[],
    };
    let name = types.iter().find_map(|one| match one {
        Type::String => Some("string"),
        Type::Integer => Some("integer"),
        Type::Number => Some("number"),
        Type::Boolean => Some("boolean"),
        _ => None,
    });
    name.unwrap_or("object").to_owned() + &range(object)
}

fn range(object: &Object) -> String {
    let (least, most) = (object.minimum.as_ref(), object.maximum.as_ref());
    match (least.map(number), most.map(number), object.max_length) {
        (_, _, Some(length)) => format!(", at most {length} characters"),
        (Some(least), Some(most), _) => format!(", {least} to {most}"),
        // What is counted is never below.
        (Some(least), None, _) if least != "0" => format!(", at least {least}"),
        (None, Some(most), _) => format!(", at most {most}"),
        _ => String::new(),
    }
}

fn number(number: &Number) -> String {
    match number {
        Number::Int(number) => number.to_string(),
        Number::UInt(number) => number.to_string(),
        Number::Float(number) => number.to_string(),
    }
}

fn plural(kind: &str) -> String {
    // Values are not words, and the first word is what there are several of.
    if kind.starts_with('`') {
        return kind.to_owned();
    }
    let end = kind.find([' ', ',']).unwrap_or(kind.len());
    format!("{}s{}", &kind[..end], &kind[end..])
}
