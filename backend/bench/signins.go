package main

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/alexedwards/argon2id"
	"github.com/google/uuid"

	"vestibule/backend/config"
)

const (
	people          = 500
	password        = "a quiet place before the door"
	signInTimes     = 5
	signInFor       = 5 * time.Second
	signInsAtOnce   = 4  // connections, where sign-ins are all there is
	floodAtOnce     = 16 // connections, where they are the flood
	floodedFor      = 3 * time.Second
	proxiedAtOnce   = 8 // connections of the other traffic in the flood
	floodBeforehand = time.Second
)

// hashing is as the configuration has it by default.
func hashing() (params argon2id.Params, slots int) {
	p := config.Default().Password
	slots = p.Slots
	if slots == 0 {
		slots = min(max(runtime.NumCPU()/2, 1), 2) // as the configuration says of zero
	}
	return argon2id.Params{Memory: uint32(p.MemoryKiB), Iterations: uint32(p.Iterations), Parallelism: uint8(p.Parallelism), SaltLength: 16, KeyLength: 32}, slots //nolint:gosec // bounded by the configuration
}

// entrance makes people, and gives the load tool with their sign-ins, and their hash.
func (c control) entrance(ctx context.Context) (tool, string, error) {
	params, _ := hashing()
	hash, err := argon2id.CreateHash(password, &params)
	if err != nil {
		return tool{}, "", err
	}
	emails, bodies := make([]string, people), make([]string, people)
	for i := range people {
		emails[i] = uuid.NewString() + "@example.com"
		body, err := json.Marshal(map[string]string{"email": emails[i], "password": password})
		if err != nil {
			return tool{}, "", err
		}
		bodies[i] = string(body)
	}
	_, err = c.conn.Exec(ctx, `INSERT INTO users (email, email_key, name, password_hash) SELECT email, email, 'Somebody', $2 FROM unnest($1::text[]) AS email`, emails, hash)
	if err != nil {
		return tool{}, "", fmt.Errorf("make people: %w", err)
	}
	wrk, err := c.wrk.with(c.dir, "sign-ins", bodies)
	wrk.kind = "bodies"
	return wrk, hash, err
}

func (c control) loginURL() string { return "http://" + c.first.at + "/auth/login" }

// signIns compares sign-ins with nothing but their hashes, in turn.
func (c control) signIns(ctx context.Context) ([]finding, error) {
	wrk, hash, err := c.entrance(ctx)
	if err != nil {
		return nil, err
	}
	wrk = wrk.on(signInsAtOnce)
	_, slots := hashing()
	var through, alone []float64
	for range signInTimes {
		l, err := wrk.run(ctx, c.loginURL(), 0, signInFor, false)
		if err == nil {
			err = l.fault(0)
		}
		if err != nil {
			return nil, fmt.Errorf("%w; %s", err, wrk.tell(ctx, c.loginURL(), 0))
		}
		hashed, err := compareHashes(ctx, hash, slots)
		if err != nil {
			return nil, err
		}
		through, alone = append(through, l.perSecond()), append(alone, hashed)
	}
	return []finding{{
		fmt.Sprintf("sign-ins a second on %d connections, to Argon2id alone on as many cores as the hasher takes (%d), in turn", signInsAtOnce, slots),
		fmt.Sprintf("%s, %s at the median to %s", compare(through, alone), decimals(median(through), 1), decimals(median(alone), 1)), "0.9 at least",
	}}, nil
}

// compareHashes does what a sign-in does with its password, and nothing else; a second.
func compareHashes(ctx context.Context, hash string, slots int) (float64, error) {
	var done atomic.Int64
	var failed atomic.Pointer[error]
	var running sync.WaitGroup
	began := time.Now()
	for range slots {
		running.Go(func() {
			for time.Since(began) < signInFor && ctx.Err() == nil {
				if _, err := argon2id.ComparePasswordAndHash(password, hash); err != nil {
					failed.Store(&err)
					return
				}
				done.Add(1)
			}
		})
	}
	running.Wait()
	took := time.Since(began)
	if err := failed.Load(); err != nil {
		return 0, *err
	}
	return float64(done.Load()) / took.Seconds(), ctx.Err()
}

// flood looks at the p99 of other traffic while very many sign in, and while nobody does, in turn.
func (c control) flood(ctx context.Context) ([]finding, error) {
	wrk, _, err := c.entrance(ctx)
	if err != nil {
		return nil, err
	}
	flood, other := wrk.on(floodAtOnce), c.wrk.on(proxiedAtOnce)
	proxied := func() (float64, error) {
		l, err := other.run(ctx, c.first.orders(), answerSize, floodedFor, false)
		if err == nil {
			err = l.fault(answerSize)
		}
		return float64(l.P99), err
	}
	var quiet, flooded []float64
	for range signInTimes {
		before, err := proxied()
		if err != nil {
			return nil, err
		}
		signedIn := make(chan error, 1)
		go func() {
			l, err := flood.run(ctx, c.loginURL(), 0, floodBeforehand+floodedFor+time.Second, false)
			if err == nil {
				err = l.fault(0)
			}
			signedIn <- err
		}()
		var during float64
		if err = pause(ctx, floodBeforehand); err == nil {
			during, err = proxied()
		}
		if flooding := <-signedIn; err == nil {
			err = flooding
		}
		if err != nil {
			return nil, err
		}
		quiet, flooded = append(quiet, before), append(flooded, during)
	}
	return []finding{{
		fmt.Sprintf("p99 of proxied requests on %d connections in a flood of sign-ins on %d, to that without, in turn", proxiedAtOnce, floodAtOnce),
		fmt.Sprintf("%s, %s ms at the median to %s ms", compare(flooded, quiet), decimals(median(flooded)/1000, 2), decimals(median(quiet)/1000, 2)), "3 at most",
	}}, nil
}
