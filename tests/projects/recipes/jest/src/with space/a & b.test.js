test("adds up", () => {});
