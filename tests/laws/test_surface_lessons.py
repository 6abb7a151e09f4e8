"""What a surface's lesson says is what the race shows with which the surface opens."""

import pytest

from surfaces import SURFACES
from tests.laws.test_models import LESSONS as MODELS
from tests.references.surfaces import told

LESSONS = told("lesson")


@pytest.mark.parametrize("slug", LESSONS)
def test_a_lesson_is_what_the_race_shows(slug):
    LESSONS[slug]()


def test_every_lesson_is_checked():
    """By `lesson` in tests/references/surfaces; those of real models in tests/laws/test_models.py."""
    assert {*LESSONS} | {*MODELS} == {*SURFACES}
    assert all(check.__name__.startswith("test_") for check in MODELS.values())
