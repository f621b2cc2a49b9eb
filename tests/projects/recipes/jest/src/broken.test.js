const nothing = require("./no-such-file");

test("never runs", () => nothing());
