//! Unions whose members are told apart by order.

use crate::{
    fixtures::{GET, THINGS, generate},
    types::assert_refused,
};

/// The first member that fits is taken.
#[test]
fn a_member_of_a_union_may_not_hide_a_later_one() {
    let union = |first: &str, second: &str| {
        format!(
            "First: {{type: object, {first}}}
Second: {{type: object, {second}}}
A: {{oneOf: [{{type: string}}, {{$ref: '#/components/schemas/First'}}, {{$ref: '#/components/schemas/Second'}}]}}"
        )
    };
    let properties = "properties: {id: {type: string}, size: {type: integer}}";
    for (first, second) in [
        (
            "required: [id], properties: {id: {type: string}}",
            "required: [id], properties: {id: {type: string, format: uuid}, x: {}}",
        ),
        (
            "properties: {id: {type: number}}",
            "required: [id], properties: {id: {type: integer}, x: {}}",
        ),
        (properties, "required: [x], properties: {x: {type: string}}"),
        (properties, "additionalProperties: true"),
        (
            "properties: {x: {type: array, items: {type: string}}}",
            "required: [x], properties: {x: {type: array, items: {type: string, maxLength: 3}}, y: {}}",
        ),
        (
            "properties: {x: {type: object, properties: {y: {type: string}}}}",
            "required: [x], properties: {x: {type: object, properties: {z: {type: string}}}, y: {}}",
        ),
        (
            "allOf: [{required: [id]}, {$ref: '#/components/schemas/Thing'}]",
            "required: [id, x], properties: {id: {type: string, format: uuid}, x: {}}",
        ),
        (
            "properties: {x: {}}",
            "required: [x], properties: {x: {type: string}, y: {}}",
        ),
        // Enums and unions are open.
        (
            "properties: {x: {oneOf: [{type: integer}, {type: boolean}]}}",
            "required: [x], properties: {x: {type: string}, y: {}}",
        ),
        (
            "required: [id], properties: {id: {type: string, enum: [a]}}",
            "required: [id, x], properties: {id: {type: string}, x: {}}",
        ),
    ] {
        assert_refused(&[(
            &union(first, second),
            "components.schemas.A.oneOf.2: `Second` would be read as `First`",
        )]);
    }
    for (first, second) in [
        // They are told apart by what they require, or by its kind.
        (
            "required: [id], properties: {id: {type: string}}",
            "required: [x], properties: {x: {}}",
        ),
        (
            "required: [id, x], properties: {id: {type: string}, x: {}}",
            "required: [id], properties: {id: {type: string}, y: {}}",
        ),
        (
            "properties: {id: {type: integer}}",
            "required: [id], properties: {id: {type: string}, x: {}}",
        ),
        (
            "properties: {id: {type: string, format: uuid}}",
            "required: [id], properties: {id: {type: string}, x: {}}",
        ),
        (
            "properties: {x: {type: array, items: {type: integer}}}",
            "required: [x], properties: {x: {type: array, items: {type: string}}, y: {}}",
        ),
        (
            "properties: {x: {type: object, required: [y], properties: {y: {type: string}}}}",
            "required: [x], properties: {x: {type: object, properties: {z: {type: string}}}, y: {}}",
        ),
        (
            "properties: {x: {allOf: [{required: [id]}, {$ref: '#/components/schemas/Thing'}]}}",
            "required: [x], properties: {x: {type: object, properties: {z: {type: string}}}, y: {}}",
        ),
        // What isn't said may be of another kind.
        (
            "properties: {x: {type: integer}}",
            "required: [x], properties: {x: {}, y: {}}",
        ),
        // Nothing is lost.
        (
            "additionalProperties: true, properties: {id: {type: string}}",
            "required: [x], properties: {x: {}}",
        ),
        (
            properties,
            "required: [id], properties: {id: {type: string}}",
        ),
    ] {
        generate(GET, &format!("{THINGS}\n{}", union(first, second)));
    }
    for union in [
        // The values of an enum tell them apart, or those of the discriminator.
        "oneOf: [{$ref: '#/components/schemas/Wolf'}, {$ref: '#/components/schemas/Bear'}]",
        "oneOf: [{$ref: '#/components/schemas/Wolf'}, {$ref: '#/components/schemas/Fox'}], discriminator: {propertyName: kind}",
    ] {
        generate(
            GET,
            &format!(
                "{THINGS}
Wolf: {{type: object, required: [kind], properties: {{kind: {{type: string, enum: [wolf]}}}}}}
Bear: {{type: object, required: [kind], properties: {{kind: {{type: string, enum: [bear]}}, growl: {{}}}}}}
Fox: {{type: object, required: [kind], properties: {{kind: {{type: string}}, bark: {{}}}}}}
Animal: {{{union}}}"
            ),
        );
    }
}
