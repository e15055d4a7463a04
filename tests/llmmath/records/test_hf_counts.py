"""Counts against models built with PyTorch: every parameter and every multiplication, no tolerance."""

import json
from pathlib import Path

import pytest

from llmmath import ledger
from llmmath.count import count
from llmmath.records import configs, models, parameters

DATA = Path(__file__).parents[2] / "data"
COUNTS = json.loads((DATA / "hf-counts.json").read_text())["counts"]
FORMS = {
    "": "absorbed",
    "_absorbed": "absorbed",
    "_reexpanding_the_latent": "reexpanding",
    "_with_expanded_cache": "expanded_cache",
}
FILES = sorted((DATA / "hf-configs").glob("*/*.json"))


def check(model, expected):
    """Compare a model with a record; every figure of the record has to be one that is known here."""
    counts = count(model, 1024)
    assert counts["parameters"] == expected["params"]
    assert counts["kv_cache_bytes_per_token"] == expected["kv_bytes_per_token_bf16"]
    compared = 2
    for context in (1, 1024):
        decode = count(model, context)["multiplications"]["decode"]
        for suffix, form in FORMS.items():
            figure = expected.get(f"decode_at_{context}{suffix}")
            if figure is not None:
                total = decode["forms"][form]["total"] if model.is_latent else decode["total"]
                assert total == figure
                compared += 1
    assert compared == len(expected)


@pytest.mark.parametrize("path", FILES, ids=[f"{path.parent.name}-{path.stem}" for path in FILES])
def test_a_configuration_counts_as_pytorch_does(path):
    check(configs.read(path), COUNTS[path.parent.name])


@pytest.mark.parametrize("key", models.keys())
def test_a_model_record_counts_as_pytorch_does(key):
    check(models.get(key), COUNTS[key])


def test_twenty_two_architectures_are_compared_at_full_size_in_both_spellings():
    # All others are compared at random small sizes, in both spellings too: test_transformers_counts.py.
    published = {configs.read(path).architecture for path in FILES if path.stem == "config"}
    written = {configs.read(path).architecture for path in FILES if path.stem == "transformers"}
    assert published == written and len(published) == 22


def test_at_least_twenty_published_models_are_records():
    assert len(models.keys()) >= 20


def test_three_queries_multiply_three_times_as_often_as_one():
    # one query of GPT-2 small at 1024: 142,406,400 (PyTorch); 3 queries are 3 times that, worked by hand
    assert count(models.get("gpt2"), 1024, batch=3)["multiplications"]["decode"]["total"] == 427_219_200


def test_gpt_oss_has_the_active_parameters_that_its_authors_state():
    # 3.61 B and 5.13 B: OpenAI 2025, arXiv:2508.10925, table 1, where the input embedding is left out
    assert round(parameters.active(models.get("gpt-oss-20b"), input_embedding=False) / 1e9, 2) == 3.61
    assert round(parameters.active(models.get("gpt-oss-120b"), input_embedding=False) / 1e9, 2) == 5.13


def test_mixtral_has_the_active_parameters_that_its_authors_state():
    # 12.9 B of 46.7 B: Jiang et al. 2024, arXiv:2401.04088, section 2; 39 B of 141 B: Mistral AI, 2024
    assert round(parameters.active(models.get("mixtral-8x7b")) / 1e9, 1) == 12.9
    assert round(parameters.active(models.get("mixtral-8x22b")) / 1e9) == 39


def test_a_latent_cache_holds_576_values_per_layer():
    # 512 of the latent and 64 of the rotated key, 61 layers, 2 bytes each: 70,272, worked by hand
    model = models.get("deepseek-v3")
    assert ledger.cache_values_per_token(model) * 2 == 70_272
