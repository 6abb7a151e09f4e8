"""Components whose script is a module of ours on the server, not text inside the page."""

from typing import Any

from streamlit.components.v2 import component

from ravine.server import assets

BOOTSTRAP = """
const loading = import(new URL("{script}", window.location.origin))
export default function (component) {{
  const parent = component.parentElement
  loading
    .then((module) => module.{call}(component))
    .catch((error) => {{
      console.error(error)
      parent.textContent = component.data?.words?.broken ?? "?"
    }})
  return () => loading.then((module) => module.dispose?.(parent), () => {{}})
}}
"""


def browser_component(name: str, script: str, call: str) -> Any:
    """A component called `name`: every run of the page calls `call` of the module `script`. For
    module level.
    """
    source = BOOTSTRAP.format(script=assets.script_address(script), call=call)
    return component(name, js=source, isolate_styles=False)
