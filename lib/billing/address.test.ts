import { describe, expect, test } from "vitest";
import { hashMailbox, isThrowaway, mailboxOf } from "./address";

describe("one mailbox", () => {
  test.each([
    ["J.Doe+stint@googlemail.com", "jdoe@gmail.com"],
    ["j.d.o.e@GMAIL.com", "jdoe@gmail.com"],
    ["j.doe+1@example.com", "j.doe@example.com"],
    [" Ada@Example.COM. ", "ada@example.com"],
    ["ａｄａ@example.com", "ada@example.com"],
    ["a@b@example.com", "a@b@example.com"],
  ])("%s is %s", (email, mailbox) => expect(mailboxOf(email)).toBe(mailbox));

  test("has one hash, which is not the address", () => {
    expect(hashMailbox("j.doe+1@gmail.com").equals(hashMailbox("jdoe@googlemail.com"))).toBe(true);
    expect(hashMailbox("j.doe@example.com").equals(hashMailbox("jdoe@example.com"))).toBe(false);
    expect(hashMailbox("jdoe@gmail.com")).toHaveLength(32);
  });
});

describe("throwaway addresses", () => {
  test.each(["x@mailinator.com", "X+1@Mailinator.COM", "x@box.mailinator.com"])("%s is one", (email) => expect(isThrowaway(email)).toBe(true));
  test.each(["x@gmail.com", "x@example.com", "x@com", "x@mailinator.com.example.com"])("%s is none", (email) => expect(isThrowaway(email)).toBe(false));
});
