export default function ({ parentElement, data }) {
  parentElement.querySelector("span").textContent = data.name;
  parentElement.querySelector("button").onclick = async () => {
    await fetch("/sign-out", { method: "POST" });
    window.location.assign("/");
  };
}
