package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// contender is one system under load.
type contender struct {
	name  string
	about string // for the reader of the table
	url   string
	size  int    // bytes of an answer's body; 0: any
	parts []part // whose CPU time is this contender's; empty: not measured
	wrk   tool   // with the cookies that it knows; by default everyone's

	before func(context.Context) error // what is to be done before each of its turns; nil: nothing
}

// baseline is what every other contender is compared to.
const baseline = "plain"

// known is every contender there is: one more is one more row here. The order is that of a round.
var known = []struct {
	name  string
	enter func(context.Context, *stage) (contender, error)
}{
	{baseline, enterPlain},
	{"vestibule", enterVestibule},
	{"bearer", enterBearer},
	{"naive", enterNaive},
	{"peer", enterPeer},
	{"million", enterMillion},
	{"direct", enterDirect},
	{"example", enterExample},
}

func names() []string {
	var all []string
	for _, k := range known {
		all = append(all, k.name)
	}
	return all
}

func checkNames(chosen []string) error {
	for i, name := range chosen {
		if !slices.Contains(names(), name) || slices.Contains(chosen[:i], name) {
			return fmt.Errorf("-contenders: each of %s, once at most; %q is none or there twice", strings.Join(names(), ", "), name)
		}
	}
	if !slices.Contains(chosen, baseline) {
		return fmt.Errorf("-contenders: %s must be among them: the others are compared to it", baseline)
	}
	return nil
}

// lineUp starts what each chosen contender needs for itself.
func (s *stage) lineUp(ctx context.Context) error {
	for _, name := range s.chosen() {
		for _, k := range known {
			if k.name != name {
				continue
			}
			c, err := k.enter(ctx, s)
			if err != nil {
				return err
			}
			c.name = name
			if c.wrk.lines == "" {
				c.wrk = s.wrk
			}
			if !measuresCPU {
				c.parts = nil
			}
			s.line = append(s.line, c)
		}
	}
	return nil
}

func enterPlain(ctx context.Context, s *stage) (contender, error) {
	at, err := freeAddress(ctx)
	if err != nil {
		return contender{}, err
	}
	at = "http://" + at + "/api/orders/"
	if err := s.start(ctx, "plain", nil, at, 200, "-listen", hostOf(at), "-upstream", s.upstream); err != nil {
		return contender{}, err
	}
	return contender{
		about: "Fiber and a fasthttp HostClient; authenticates nobody", url: at, size: answerSize,
		parts: []part{processPart("proxy", s.last().pid)},
	}, nil
}

func enterVestibule(_ context.Context, s *stage) (contender, error) {
	return contender{
		about: "`vestibule serve`, `/api/orders/` to the same upstream", url: s.first.orders(), size: answerSize,
		parts: s.partsOf(s.first.process),
	}, nil
}

func enterNaive(ctx context.Context, s *stage) (contender, error) {
	at, err := freeAddress(ctx)
	if err != nil {
		return contender{}, err
	}
	at = "http://" + at + "/api/orders/"
	if err := s.start(ctx, "naive", []string{"DATABASE_URL=" + s.db.url}, at, 401, "-listen", hostOf(at), "-upstream", s.upstream); err != nil {
		return contender{}, err
	}
	return contender{
		about: "the same parts, with a look-up and a signature for each request", url: at, size: answerSize,
		parts: s.partsOf(s.last()),
	}, nil
}

func enterPeer(ctx context.Context, s *stage) (contender, error) {
	own, err := s.db.another(ctx, "peer") // scs's table has the same name as ours
	if err != nil {
		return contender{}, err
	}
	at, err := freeAddress(ctx)
	if err != nil {
		return contender{}, err
	}
	at = "http://" + at + "/api/orders/"
	if err := s.start(ctx, "peer", []string{"DATABASE_URL=" + own.url}, at, 401, "-listen", hostOf(at), "-upstream", s.upstream, "-cookies", s.wrk.lines); err != nil {
		return contender{}, err
	}
	return contender{
		about: "net/http, scs with its Postgres store and `httputil.ReverseProxy`, with a look-up and a signature for each request; no idle limit", url: at, size: answerSize,
		parts: s.partsOf(s.last()),
	}, nil
}

const many = 1_000_000

func enterMillion(ctx context.Context, s *stage) (contender, error) {
	own, err := s.db.another(ctx, "million")
	if err != nil {
		return contender{}, err
	}
	r, err := s.startReplica(ctx, "million", s.configuration(own.url))
	if err != nil {
		return contender{}, err
	}
	if err := own.crowd(ctx, many-s.sessions); err != nil {
		return contender{}, err
	}
	cookies, err := own.fill(ctx, s.sessions)
	if err != nil {
		return contender{}, err
	}
	c := contender{
		about: fmt.Sprintf("Vestibule with %s sessions in its table, where vestibule's has %s", thousands(many), thousands(inTable)), url: r.orders(), size: answerSize,
		parts: s.partsOf(r.process),
	}
	c.wrk, err = s.wrk.with(s.dir, "cookies-million", cookies)
	return c, err
}

// partsOf is a process with the database: without that, half of the truth would be none.
func (s *stage) partsOf(p *process) []part {
	if s.db.part == nil {
		return nil
	}
	return []part{processPart("proxy", p.pid), *s.db.part}
}

func enterDirect(_ context.Context, s *stage) (contender, error) {
	return contender{about: "no proxy: wrk asks the upstream itself", url: "http://" + s.upstream + "/api/orders/", size: answerSize}, nil
}

func enterExample(_ context.Context, s *stage) (contender, error) {
	return contender{
		about: "Vestibule before the example service `orders`, which verifies each token and answers JSON of the caller's; its own CPU time is not counted",
		url:   "http://" + s.first.at + "/api/example/", parts: s.partsOf(s.first.process),
	}, nil
}

func hostOf(url string) string {
	host, _, _ := strings.Cut(strings.TrimPrefix(url, "http://"), "/")
	return host
}
