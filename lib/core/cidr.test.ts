import { BlockList, isIP } from "node:net";
import { describe, expect, test } from "vitest";
import { normaliseAddress, normaliseCidr } from "@/lib/core/cidr";

describe("a network's one spelling", () => {
  test.each([
    ["10.1.2.3/8", "10.0.0.0/8"], ["192.168.1.7", "192.168.1.7/32"], ["203.0.113.255/25", "203.0.113.128/25"], ["1.2.3.4/0", "0.0.0.0/0"], [" 1.2.3.4 ", "1.2.3.4/32"],
    ["2001:DB8::1/32", "2001:db8:0:0:0:0:0:0/32"], ["::1", "0:0:0:0:0:0:0:1/128"], ["::/0", "0:0:0:0:0:0:0:0/0"], ["fe80::1:2/127", "fe80:0:0:0:0:0:1:2/127"],
    ["::ffff:10.1.2.3", "10.1.2.3/32"], ["::ffff:10.1.2.3/104", "10.0.0.0/8"], ["1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0/128"], ["64:ff9b::1.2.3.4", "64:ff9b:0:0:0:0:102:304/128"],
  ])("%s is %s", (text, spelled) => expect(normaliseCidr(text)).toBe(spelled));

  test.each(["", "10.1.2", "10.1.2.3/33", "10.1.2.256", "010.1.2.3", "1.2.3.4/", "1.2.3.4/-1", "1.2.3.4/8/8", "::1/129", ":::", "1::2::3", "1:2:3:4:5:6:7:8::", "12345::", "g::", "1:2", "1.2.3.4::", "example.org", "fe80::1%eth0"])(
    "%j is none", (text) => expect(normaliseCidr(text)).toBeNull(),
  );

  test("agrees with Node on what lies inside, for networks of every length", () => {
    for (const [address, bits, family] of [["203.0.113.77", 32, "ipv4"], ["2001:db8:aa55:1:2:3:4:fedc", 128, "ipv6"]] as const) {
      for (let length = 0; length <= bits; length++) {
        const spelled = normaliseCidr(`${address}/${length}`) ?? "";
        const [network = ""] = spelled.split("/");
        expect(isIP(network)).toBe(family === "ipv4" ? 4 : 6);
        const list = new BlockList();
        list.addSubnet(network, length, family);
        expect(list.check(address, family), spelled).toBe(true);
        // Spelled again, it is itself: no host bit was left.
        expect(normaliseCidr(spelled)).toBe(spelled);
      }
    }
  });
});

test("an address is one address, never a network", () => {
  expect(normaliseAddress("::ffff:127.0.0.1")).toBe("127.0.0.1");
  expect(normaliseAddress("::1")).toBe("0:0:0:0:0:0:0:1");
  for (const text of ["unknown", "10.0.0.0/8", ""]) expect(normaliseAddress(text)).toBeNull();
});
