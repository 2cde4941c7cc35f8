"""Why a store failed, in words."""

from __future__ import annotations

from dedup.files.locations.names import without_secrets


def reason_of(error: BaseException) -> str:
    """Why a store failed, in a few words, without secrets."""
    status = getattr(error, "status", None)
    if isinstance(status, int):
        return f"the server answered {status}" + (" (not allowed)" if status in (401, 403) else "")
    if isinstance(error, PermissionError) or type(error).__name__ in (
        "NoCredentialsError",
        "PartialCredentialsError",
    ):
        return "access is denied; check the credentials, such as AWS_PROFILE for s3://"
    if isinstance(error, TimeoutError):
        return "the server is silent"
    text = str(getattr(error, "strerror", None) or error or type(error).__name__)
    text = text.rpartition(" operation: ")[2]  # botocore says first which one
    return without_secrets(" ".join(text.split()))[:200].rstrip(". ") or type(error).__name__
