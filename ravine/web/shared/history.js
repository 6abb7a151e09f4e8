// What the address becomes by itself takes the place of what it was; only what a visitor does is a step back.
//
// The menu leads to an address without the race, and a link can be written in many ways: the server answers both with
// the whole link. Streamlit pushes that as one more entry, so that Back would lead to the bare address, and there to
// another race. This script stands in the page before Streamlit's, and is no module: it must be there first.

;(() => {
  const push = history.pushState.bind(history)
  let touched = false // whether something was done since the page, or an entry of the history, was opened
  const samePage = (url) => url == null || new URL(url, location.href).pathname === location.pathname

  history.pushState = (state, title, url) => {
    if (!samePage(url)) touched = false
    else if (!touched) return history.replaceState(state, title, url)
    return push(state, title, url)
  }
  for (const kind of ["pointerdown", "keydown", "input"])
    addEventListener(kind, () => (touched = true), { capture: true, passive: true })
  addEventListener("popstate", () => (touched = false), { capture: true })
})()
