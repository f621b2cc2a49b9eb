test.skip("needs a network", () => {});
