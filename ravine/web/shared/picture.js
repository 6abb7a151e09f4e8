// A picture for who does not see it.

/** Say that `element` is a picture, and what there is to see: one thing is never told without the other. */
export function describe(element, text) {
  element.setAttribute("role", "img")
  element.setAttribute("aria-label", text)
}
