// The colours of the page, from the variables that Streamlit sets.

/** {mode, page, text, font} of the theme around `element`. */
export function themeOf(element) {
  const css = getComputedStyle(element)
  const page = css.getPropertyValue("--st-background-color").trim() || "#ffffff"
  return {
    mode: luminance(page) < 0.4 ? "dark" : "light",
    page,
    text: css.getPropertyValue("--st-text-color").trim() || "#000000",
    font: css.getPropertyValue("--st-font").trim() || "sans-serif",
  }
}

/** From 0, black, to 1, white, for "#rrggbb". */
export function luminance(colour) {
  const [r, g, b] = [1, 3, 5].map((i) => parseInt(colour.slice(i, i + 2), 16) / 255)
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}
