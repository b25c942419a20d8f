"""nbgrader in a person's own server: which exchange, and which courses are theirs."""

from pathlib import Path

c = get_config()
c.Exchange.root = str(Path(__file__).resolve().parents[2] / "exchange")
c.Exchange.path_includes_course = True
c.Authenticator.plugin_class = "nbgrader.auth.JupyterHubAuthPlugin"
