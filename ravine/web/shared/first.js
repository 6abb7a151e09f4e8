// What must be there before Streamlit: the theme that this visitor has chosen, and what Back leads to.
//
// What the address becomes by itself takes the place of what it was; only what a visitor does is a step back, and one
// gesture is one step.
//
// The menu leads to an address without the race, a link can be written in many ways, and a button that leads to another
// page changes the address of the old one first: the server answers with the whole link. Streamlit pushes that as one
// more entry, so that Back would lead to the bare address, and there to another race. This script is no module: it must
// be there first.

;(() => {
  const SIDEBAR = "stSidebarCollapsed-"
  const push = history.pushState.bind(history)
  let touched = false // whether something was done since the last entry was made or opened
  const same = (url) => url == null || new URL(url, location.href).href === location.href

  history.pushState = (state, title, url) => {
    if (!touched || same(url)) return history.replaceState(state, title, url)
    touched = false
    return push(state, title, url)
  }
  for (const kind of ["pointerdown", "keydown", "input", "click"])
    addEventListener(kind, () => (touched = true), { capture: true, passive: true })
  addEventListener("popstate", () => (touched = false), { capture: true })

  // On a tablet and on a telephone that lies on its side the settings begin closed: they would take half of the picture.
  // That is for this visit alone, and not against what a visitor has chosen.
  try {
    const small = innerWidth > 767 && (innerWidth < 1000 || innerHeight < 500)
    if (small && localStorage.getItem(SIDEBAR) === null) {
      localStorage.setItem(SIDEBAR, "true")
      addEventListener("pagehide", () => localStorage.getItem(SIDEBAR) === "true" && localStorage.removeItem(SIDEBAR))
    }
  } catch {
    // then they begin open
  }

  // Streamlit keeps a theme for each page by itself; a visitor chooses one for all of them (head/head.js).
  try {
    const chosen = localStorage.getItem("ravine-theme")
    if (chosen) localStorage.setItem(`stActiveTheme-${location.pathname}-v2`, JSON.stringify(chosen))
  } catch {
    // a browser that keeps nothing shows the theme of its own settings
  }
})()
