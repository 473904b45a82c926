"""Whether the program lives, and whether it can answer: for load balancers and supervisors."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import JSONResponse

from api.deps import ApiDeps, api_deps

router = APIRouter(include_in_schema=False)


@router.get("/healthz")
def healthz() -> JSONResponse:
    """The process answers."""
    return JSONResponse({"status": "ok"})


@router.get("/readyz")
def readyz(deps: Annotated[ApiDeps, Depends(api_deps)]) -> JSONResponse:
    """Database and index answer; else 503 with the codes of what does not."""
    missing = deps.readiness().missing
    return JSONResponse({"status": "wait" if missing else "ok", "missing": missing}, 503 if missing else 200)
