package config

import (
	"errors"
	"io/fs"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// database parses the URL as the package postgres will. None of the parser's texts is repeated: it
// can't know every place where a password may be.
func (c check) database() {
	const key = "database_url"
	url := c.DatabaseURL.Reveal()
	if url == "" {
		if !c.development {
			c.required(key, true, "a PostgreSQL URL such as postgres://vestibule@127.0.0.1:5432/vestibule, best in "+variableOf(key))
		}
		return
	}
	if !strings.HasPrefix(url, "postgres://") && !strings.HasPrefix(url, "postgresql://") {
		c.fault(key, "must be a PostgreSQL URL", "write it like postgres://vestibule@127.0.0.1:5432/vestibule")
		return
	}
	parsed, err := pgxpool.ParseConfig(url)
	var file *fs.PathError
	switch {
	case errors.As(err, &file):
		c.fault(key, "must name files that can be read: "+reason(err), "correct sslrootcert, sslcert or sslkey")
		return
	case err != nil:
		c.fault(key, "must be a PostgreSQL URL", "write it like postgres://vestibule@127.0.0.1:5432/vestibule, special characters in the password percent-encoded")
		return
	}
	c.databaseHosts(key, attempts(&parsed.ConnConfig.Config))
}

// attempts are all the ways in which a connection is tried: every host, with and without TLS.
func attempts(p *pgconn.Config) []*pgconn.FallbackConfig {
	first := &pgconn.FallbackConfig{Host: p.Host, Port: p.Port, TLSConfig: p.TLSConfig}
	return append([]*pgconn.FallbackConfig{first}, p.Fallbacks...)
}

func (c check) databaseHosts(key string, all []*pgconn.FallbackConfig) {
	plain := map[string]bool{}
	for _, a := range all {
		if network, _ := pgconn.NetworkAddress(a.Host, a.Port); network == "unix" {
			continue
		}
		c.onLoopback(key, isLoopback(a.Host))
		if a.TLSConfig == nil && !isLoopback(a.Host) {
			plain[a.Host] = true
		}
	}
	for host := range plain {
		if !c.sound(key) {
			return
		}
		if _, internal := c.lookup.internalOf(host); !internal {
			c.warn(key, "allows a connection without TLS to an address that is not known to be private: add sslmode=verify-full to it")
			return
		}
	}
}
