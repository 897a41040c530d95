# The checks of a change. `.ci/run` is the one list of them; each recipe runs a step of it.

# Lists the recipes.
default:
    @just --list

# Runs everything that must hold before a change lands, as CI does.
check:
    .ci/run

# Formats the code.
fmt:
    cargo fmt --all

# Checks the format, and the rules for words and width.
lint:
    .ci/run format words clippy

# Runs all tests, without a network.
test:
    .ci/run tests

# Builds the documentation with warnings denied.
docs:
    .ci/run docs

# Runs the quickstart on the simulator and checks its answer.
quickstart:
    .ci/run quickstart

# Checks that the crate can be packaged.
package:
    .ci/run package

# Checks the spec with spectral, redocly, Prism and express-openapi-validator.
spec:
    .ci/run spec

# Renews the golden copy of the generated code after an edit of the spec or of codegen.
golden:
    GOLDEN=renew cargo test --test codegen golden

# Measures: `just bench overhead`, `just bench wait`, …
bench name:
    cargo bench --bench {{name}}
