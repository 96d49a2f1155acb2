/** Signing in with a token. It goes to the server once and is kept nowhere on this page; where none is configured it says how. */
import { useState, type FormEvent } from 'react'
import { sessionAnswer, type SessionAnswer } from '#api/contract-session.ts'
import { useTelling } from '../live/ask.ts'
import { Glyph } from './glyph.tsx'
import styles from './sign-in.module.css'

export function SignIn({ isEnabled }: { readonly isEnabled: boolean }) {
  const [token, setToken] = useState('')
  const { tell, isUnderWay, problem } = useTelling<{ readonly token: string }, SessionAnswer>(
    { method: 'POST', path: '/api/session', refresh: ['/api/session'] },
    sessionAnswer,
  )
  if (!isEnabled)
    return (
      <p className={styles['how']}>
        Nobody can sign in: there is no token. Start the platform with <code>BALLAST_ADMIN_TOKEN</code>, or with{' '}
        <code>BALLAST_TOKENS=operator:anna:…</code> for people with roles. Reading needs none.
      </p>
    )
  const send = (event: FormEvent): void => {
    event.preventDefault()
    tell({ token })
    setToken('')
  }
  return (
    <form className={styles['form']} onSubmit={send}>
      <label>
        Token{' '}
        <input
          type="password"
          autoComplete="current-password"
          required
          value={token}
          onChange={(event) => setToken(event.target.value)}
          data-field="token"
        />
      </label>
      <button type="submit" disabled={isUnderWay}>
        Sign in
      </button>
      {problem === undefined ? (
        <p className={styles['how']}>The start of the platform names the file where the token stands.</p>
      ) : (
        <p role="alert">
          <Glyph tone="bad" /> {problem}.
        </p>
      )}
    </form>
  )
}
