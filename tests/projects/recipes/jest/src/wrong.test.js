const { total } = require("./cart");

test("is right", () => {});

test("is wrong", () => {
  expect(total(2, 3)).toBe(4);
});

test.skip("is not run", () => {});

test.todo("is to be written");
