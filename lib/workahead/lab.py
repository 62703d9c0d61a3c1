"""JupyterLab on the project's start notebook."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from typer import colors, echo, secho

from workahead.book.snapshot import newest, project_root, snapshot_folder
from workahead.errors import ConfigError, SnapshotError

START = Path("notebooks") / "start.ipynb"
PORTS = 50  # tried from the wanted one upwards
# JupyterLab's settings: nothing asks about news from the internet, and a saved notebook shows its panels when reopened.
OURS = Path(__file__).with_name("jupyter")


def run(port: int, browser: bool) -> int:
    """Start JupyterLab and wait for its end; its exit code. Raises ConfigError where no port is free."""
    root = project_root()
    try:
        echo(f"the newest snapshot is {newest(snapshot_folder(root)).name}")
    except SnapshotError as nothing:
        secho(f"{nothing} (the notebooks need it)", fg=colors.YELLOW)
    free = free_port(port)
    if free != port:
        echo(f"port {port} is taken: JupyterLab listens on {free}")
    place = f"/lab/tree/{START.as_posix()}" if (root / START).is_file() else "/lab"
    echo(f"JupyterLab starts on http://localhost:{free}{place} (Ctrl-C twice ends it)")
    sys.stdout.flush()  # before JupyterLab adds the address with its token
    command = [sys.executable, "-m", "workahead.lab", f"--port={free}", "--ServerApp.port_retries=0"]
    command += [f"--ServerApp.root_dir={root}", f"--LabApp.default_url={place}"]
    # Without their chatter: what goes wrong comes through, and the address with its token.
    command += ["--ServerApp.log_level=ERROR", "--LabApp.log_level=ERROR"]
    config = os.pathsep.join(filter(None, (str(OURS), os.environ.get("JUPYTER_CONFIG_PATH"))))
    environment = {
        **os.environ,
        "JUPYTER_CONFIG_PATH": config,
        "JUPYTER_PREFER_ENV_PATH": "1",  # this environment's kernel and widgets, before a user's own
        "WORKAHEAD_PROJECT": str(root),  # scheduled jobs run elsewhere
    }
    # A process of its own, so that its signals (Ctrl-C twice) are JupyterLab's.
    with subprocess.Popen(command + ([] if browser else ["--no-browser"]), env=environment) as jupyterlab:  # noqa: S603 our own
        while True:
            with suppress(KeyboardInterrupt):  # subprocess.call would kill it a quarter of a second later
                return jupyterlab.wait()


def free_port(wanted: int) -> int:
    """The first port from the wanted one upwards that JupyterLab can listen on. Raises ConfigError."""
    from tornado.netutil import bind_sockets

    for port in range(wanted, min(wanted + PORTS, 65_536)):
        try:
            sockets = bind_sockets(port, "localhost")
        except OSError:
            continue
        for one in sockets:
            one.close()
        return port
    raise ConfigError(f"no port from {wanted} on is free. Name another: workahead lab --port 9000")


if __name__ == "__main__":  # as `python -m jupyterlab`, and sooner
    from workahead.imports import leave_out_grammars

    leave_out_grammars()
    # For kernels, not for this process: a scheduled job runs elsewhere, and finds the modules beside the notebooks.
    beside = str(Path(os.environ.get("WORKAHEAD_PROJECT", "")) / "notebooks")
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (os.environ.get("PYTHONPATH"), beside)))
    from jupyterlab.labapp import main  # type: ignore[import-untyped]

    main()
