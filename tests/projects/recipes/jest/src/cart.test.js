const { total } = require("./cart");

describe("the cart", () => {
  test("adds up", () => {
    expect(total(1, 2)).toBe(3);
  });
  test.each([1, 2])("holds %i items", (count) => {
    expect(total(count)).toBe(count);
  });
});

test("is \"quoted\" & $HOME, it's <ünï→😀> (a+b)*c [x]", () => {});
