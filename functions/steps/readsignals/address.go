package readsignals

import (
	"fmt"
	"net/netip"
	"slices"
	"syscall"
)

// addressError refuses an address that the internet cannot reach.
type addressError struct {
	address netip.Addr
}

func (e *addressError) Error() string {
	return fmt.Sprintf("the address %s is not public", e.address)
}

// onlyPublic is the Control of a dialer: it sees the address that a name was resolved to, right before the connection is made. So a
// name that resolves to another address at the next look-up changes nothing.
func onlyPublic(_, address string, _ syscall.RawConn) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("unknown address %q", address)
	}
	if !isPublic(to.Addr()) {
		return &addressError{to.Addr()}
	}
	return nil
}

// notPublic4 lists the IPv4 networks that are not on the internet, by the special-purpose registry of IANA.
var notPublic4 = prefixes("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
	"192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4")

// notPublic6 lists the same within global6, which has all public addresses of IPv6 but those of NAT64.
var (
	global6    = netip.MustParsePrefix("2000::/3")
	notPublic6 = prefixes("2001::/23", "2001:db8::/32", "3fff::/20")
	sixToFour  = netip.MustParsePrefix("2002::/16")
	nat64      = netip.MustParsePrefix("64:ff9b::/96")
)

func prefixes(texts ...string) (all []netip.Prefix) {
	for _, text := range texts {
		all = append(all, netip.MustParsePrefix(text))
	}
	return all
}

// isPublic reports whether an address is on the internet. One that carries an IPv4 address is as public as that.
func isPublic(address netip.Addr) bool {
	if !address.IsValid() {
		return false
	}
	address = address.Unmap()
	in := func(p netip.Prefix) bool { return p.Contains(address) }
	if address.Is4() {
		return !slices.ContainsFunc(notPublic4, in)
	}
	bytes := address.As16()
	switch {
	case nat64.Contains(address):
		return isPublic(netip.AddrFrom4([4]byte(bytes[12:16])))
	case sixToFour.Contains(address):
		return isPublic(netip.AddrFrom4([4]byte(bytes[2:6])))
	default:
		return global6.Contains(address) && !slices.ContainsFunc(notPublic6, in)
	}
}
