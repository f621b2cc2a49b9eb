test("ends the process", () => {
  process.kill(process.pid, "SIGKILL");
});
