// The slider of the front page's figure: moves the marks, and says what they show.
for (const figure of document.querySelectorAll("figure.reach")) {
  const { x, kinds } = JSON.parse(figure.dataset.curves);
  const slider = figure.querySelector("input");
  const here = figure.querySelector(".here");
  const marks = figure.querySelectorAll("circle");
  const words = figure.querySelectorAll("dd");
  slider.addEventListener("input", () => {
    const back = Number(slider.value);
    const said = back === 1 ? "1 word" : `${back} words`;
    figure.querySelector("output").textContent = said;
    slider.setAttribute("aria-valuetext", said);
    here.setAttribute("transform", `translate(${x[back] - here.getAttribute("x1")} 0)`);
    kinds.forEach((kind, number) => {
      marks[number].setAttribute("cx", x[back]);
      marks[number].setAttribute("cy", kind.y[back]);
      words[number].textContent = kind.words[back];
    });
  });
}
