# The same names for people and for machines; `just` alone lists them.

export PATH := justfile_directory() / ".venv/bin" + ":" + env("PATH")

# Where it is set, each of hundreds of processes of the tests would compile our code anew.
export PYTHONDONTWRITEBYTECODE := ""

[private]
default:
    @just --list --unsorted

# Everything that must hold at every push: style, types, layers, tests.
check: lint types layers test

# Style, and that the formatter has nothing to say.
lint:
    ruff check .
    ruff format --check .

# Types, strictly.
types:
    mypy

# Imports only go down.
layers:
    lint-imports --no-cache

# The tests of every push.
test *ARGS:
    pytest -n 3 --dist worksteal -m "not long" {{ ARGS }}

# What takes longer: real samples, large stores.
test-long *ARGS:
    pytest -m long --timeout 3000 {{ ARGS }}

# The tests of Redmine with a real one, which they write to; `--record` keeps what it answers.
real *ARGS:
    @: "${REAL_REDMINE_URL:?is not set}" "${REAL_REDMINE_KEY:?is not set}"
    pytest -n 0 tests/connectors/rest/redmine {{ ARGS }}

# The product beside a plain Strawberry and Tortoise: --rows 10000,100000 --engines sqlite,postgres.
bench *ARGS:
    python -m tests.benchmarks.bench {{ ARGS }}

# What a page costs in a store of any size: the store's URL, and how many rows to fill it with.
bench-size *ARGS:
    python -m tests.benchmarks.size {{ ARGS }}

# Our server beside others in a harness, set up in PEERS_DIR: --cases S1,F2 --rounds 5 --latency 20.
bench-peers *ARGS:
    python -m tests.benchmarks.peers.run {{ ARGS }}

# Where one question's time goes: S1 to F3, with OURS_PG_URL and UPSTREAM of a harness that stands by.
profile *ARGS:
    python -m tests.benchmarks.peers.profile {{ ARGS }}

# The storm of May 2020, ten minutes on each engine: --rate 5 --seconds 600 --engines sqlite,postgres.
surge *ARGS:
    python -m tests.benchmarks.surge {{ ARGS }}

# Pictures of every page in every language, on a phone and on a desk: --out FOLDER.
screenshots *ARGS:
    python -m tests.browser.portal.screenshots {{ ARGS }}

# Bytes, requests and time to content of every page on a slow line: --languages ar,fr --json.
weigh *ARGS:
    python -m tests.browser.portal.weigh {{ ARGS }}

# Write again what is generated: the printed schema, the JSON Schema of agencies.yaml.
generate:
    chikaya schema > schema/schema.graphql
    chikaya schema --agencies > docs/agencies.schema.json

# Pin every dependency anew, with hashes.
lock:
    uv pip compile --universal --generate-hashes --no-emit-index-url --no-header -q pyproject.toml -o requirements.lock
    uv pip compile --universal --generate-hashes --no-emit-index-url --no-header -q --extra test pyproject.toml -o requirements-test.lock
