"""Pages copied to a folder and to a real S3 API: whole, with a pointer that moves last."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from delivering import QUICK, SECRET, on_record
from workahead.reports.deliver import deliver

FILES = {"index.html", "run.json", "csv/movers.csv"}


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_a_page_goes_to_a_folder_with_all_that_readers_get(page: Any, tmp_path: Path) -> None:
    held = page({"folder": "shared/nrr"}, reader="Ana")
    deliver([held], pace=QUICK)
    home = tmp_path / "shared" / "nrr" / "monthly" / "ana"
    assert files(home / "2026-10") == FILES  # not who else got it
    assert (home / "latest").readlink() == Path("2026-10")
    assert (home / "2026-10" / "index.html").read_bytes() == (held.place / "index.html").read_bytes()


def test_a_newer_run_replaces_the_page_whole(page: Any, tmp_path: Path) -> None:
    home = tmp_path / "shared" / "monthly"
    deliver([page({"folder": "shared"})], pace=QUICK)
    (home / "2026-10" / "csv" / "old.csv").write_text("of the run before", encoding="utf-8")
    newer = page({"folder": "shared"}, run="f" * 32)
    deliver([newer], pace=QUICK)
    assert files(home / "2026-10") == FILES
    assert '"run": "ffff' in (home / "2026-10" / "run.json").read_text(encoding="utf-8")
    assert [path.name for path in home.iterdir() if path.name.startswith(".")] == []


def test_an_older_period_leaves_latest_where_it_is(page: Any, tmp_path: Path) -> None:
    deliver([page({"folder": "shared"})], pace=QUICK)
    older = {
        "text": "2026-09",
        "label": "September 2026",
        "start": "2026-08-31",
        "end": "2026-09-30",
        "kind": "month",
    }
    deliver([page({"folder": "shared"}, period=older)], pace=QUICK)
    home = tmp_path / "shared" / "monthly"
    assert sorted(path.name for path in home.iterdir()) == ["2026-09", "2026-10", "latest"]
    assert (home / "latest").readlink() == Path("2026-10")


def test_a_script_that_pages_share_comes_along(page: Any, tmp_path: Path) -> None:
    held = page({"folder": "shared"})
    index = held.place / "index.html"
    index.write_text('<script nonce="x" src="../../assets/plotly.js"></script>', encoding="utf-8")
    (tmp_path / "published" / "assets").mkdir()
    (tmp_path / "published" / "assets" / "plotly.js").write_text("1", encoding="utf-8")
    deliver([held], pace=QUICK)
    assert (tmp_path / "shared" / "assets" / "plotly.js").read_text(encoding="utf-8") == "1"


def test_a_link_to_a_page_that_is_not_delivered_there_is_none(page: Any, tmp_path: Path) -> None:
    held = page({"folder": "shared"})
    review = '<p><a href="../../account_review/{0}/latest/index.html">{0}</a></p>'
    index = held.place / "index.html"
    index.write_text(review.format("a1") + review.format("b2"), encoding="utf-8")
    there = tmp_path / "shared" / "account_review" / "a1" / "latest"
    there.mkdir(parents=True)
    (there / "index.html").write_text("of A1", encoding="utf-8")
    deliver([held], pace=QUICK)
    copied = (tmp_path / "shared" / "monthly" / "2026-10" / "index.html").read_text(encoding="utf-8")
    assert copied == review.format("a1") + "<p>b2</p>"


def test_the_published_folder_is_not_copied_onto_itself(page: Any) -> None:
    held = page({"folder": "published"})
    (job,) = deliver([held], pace=QUICK)
    assert (job.record.state, job.record.attempts) == ("failed", 1)
    assert (held.place / "index.html").is_file()


@pytest.mark.parametrize("url", ["nonsense://x/y", "file:///proc/nowhere"])
def test_a_place_that_takes_nothing_is_said(page: Any, url: str) -> None:
    held = page({"folder": url})
    (job,) = deliver([held], pace=QUICK)
    assert on_record(held) == {url: "failed"}
    assert job.record.error


@pytest.mark.parametrize(
    ("url", "package"),
    [("gs://reports/nrr", "gcsfs"), ("az://reports/nrr", "adlfs"), ("abfs://r/nrr", "adlfs")],
)
def test_a_store_whose_package_is_absent_says_what_to_install(page: Any, url: str, package: str) -> None:
    if importlib.util.find_spec(package):
        pytest.skip(f"{package} is installed")
    held = page({"folder": url})
    (job,) = deliver([held], pace=QUICK)
    assert (job.record.state, job.record.attempts) == ("failed", 1)
    assert job.record.error == f"{url.partition(':')[0]}:// needs pip install {package}"


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """An S3 API on loopback with one empty bucket, and the environment that leads to it."""
    import boto3
    import s3fs
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    for name, value in {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}", "AWS_ACCESS_KEY_ID": "robot-of-the-tests",
        "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_DEFAULT_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    s3fs.S3FileSystem.clear_instance_cache()
    client = boto3.client("s3")
    client.create_bucket(Bucket="reports")
    yield client
    s3fs.S3FileSystem.clear_instance_cache()
    server.stop()


def test_a_page_goes_to_an_object_store_under_its_run_and_the_pointer_moves_last(
    page: Any, bucket: Any, tmp_path: Path
) -> None:
    entry = {"folder": "s3://reports/nrr"}
    deliver([page(entry, run="a" * 32)], pace=QUICK)
    deliver([page(entry, run="b" * 32)], pace=QUICK)
    held = {one["Key"]: one for one in bucket.list_objects_v2(Bucket="reports")["Contents"]}
    home = "nrr/monthly"
    runs = {f"{home}/2026-10.{run * 8}/{name}" for run in "ab" for name in FILES}
    assert set(held) == runs | {f"{home}/2026-10/index.html", f"{home}/latest/index.html"}
    for pointer in ("2026-10", "latest"):
        answer = bucket.get_object(Bucket="reports", Key=f"{home}/{pointer}/index.html")
        assert b'url=../2026-10.bbbbbbbb/index.html"' in answer["Body"].read()
        assert answer["ContentType"] == "text/html"
    whole = max(held[f"{home}/2026-10.bbbbbbbb/{name}"]["LastModified"] for name in FILES)
    assert held[f"{home}/2026-10/index.html"]["LastModified"] >= whole
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert SECRET.encode() not in written


def test_a_bucket_that_is_not_there_is_said_without_a_second_try(page: Any, bucket: Any) -> None:
    held = page({"folder": "s3://elsewhere/nrr"})
    (job,) = deliver([held], pace=QUICK)
    assert (job.record.state, job.record.attempts) == ("failed", 1)
    assert SECRET not in str(job.record.error)
    assert [one["Name"] for one in bucket.list_buckets()["Buckets"]] == ["reports"]
