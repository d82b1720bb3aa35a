package readsignals

import (
	"net/netip"
	"strings"
	"testing"
)

func TestOnlyPublicAddresses(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		rule      string
		addresses string
		public    bool
	}{
		{"public", "1.1.1.1 8.8.8.8 172.15.255.255 172.32.0.0 100.63.255.255 100.128.0.0 223.255.255.255 2606:4700::1111 2a00::1 2400::1", true},
		{"unspecified", "0.0.0.0 0.1.2.3 ::", false},
		{"loopback", "127.0.0.1 127.255.255.255 ::1", false},
		{"private", "10.0.0.1 172.16.0.1 172.31.255.255 192.168.1.1 fc00::1 fd00:ec2::254", false},
		{"link-local, with the metadata of EC2", "169.254.169.254 fe80::1 febf::1", false},
		{"site-local", "fec0::1", false},
		{"shared by a provider", "100.64.0.1 100.127.255.255", false},
		{"multicast", "224.0.0.1 239.255.255.255 ff02::1", false},
		{"broadcast and reserved", "240.0.0.1 255.255.255.255", false},
		{"documentation and benchmarks", "192.0.2.1 198.51.100.1 203.0.113.1 198.18.0.1 198.19.255.255 2001:db8::1 3fff::1", false},
		{"protocol assignments, Teredo among them", "192.0.0.1 192.88.99.1 2001::1 2001:0:7f00:1::", false},
		{"outside of the unicast range", "100::1 5f00::1 4000::1 ::7f00:1", false},
		{"IPv4 in IPv6", "::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254", false},
		{"a public IPv4 address in IPv6", "::ffff:1.1.1.1", true},
		{"6to4 of a private address", "2002:7f00:1:: 2002:a00:1::1 2002:a9fe:a9fe:: 2002:ac10:101::", false},
		{"6to4 of a public address", "2002:101:101::1", true},
		{"NAT64 of a private address", "64:ff9b::127.0.0.1 64:ff9b::10.0.0.1 64:ff9b::169.254.169.254 64:ff9b::172.16.1.1", false},
		{"NAT64 of a public address", "64:ff9b::1.1.1.1", true},
		{"NAT64 within a network", "64:ff9b:1::1.1.1.1", false},
		{"an address with a zone", "fe80::1%eth0 2606:4700::1111%eth0", false},
	} {
		for text := range strings.FieldsSeq(row.addresses) {
			if got := isPublic(netip.MustParseAddr(text)); got != row.public {
				t.Errorf("%s: %s is public: %t", row.rule, text, got)
			}
		}
	}
	if isPublic(netip.Addr{}) || onlyPublic("tcp", "example.com:443", nil) == nil || onlyPublic("tcp4", "1.1.1.1:443", nil) != nil {
		t.Error("an address is required")
	}
}
