"""Whatever is sent to the API, the answer is one that its own description promises."""

from __future__ import annotations

import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from api.app import create_api
from tests.factories.web import api_deps

# The description cannot list the codes of needs and places, so well-formed requests may still be refused.
CANNOT_BE_TOLD = [positive_data_acceptance]

schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", create_api(api_deps()))


@schema.parametrize()
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_answer_is_as_described(case):
    case.call_and_validate(excluded_checks=CANNOT_BE_TOLD)
