/**
 * Who gets what at every door, as data. A door that is missing here, or a caller, makes the suite fail.
 * `own` is 200 with nothing of the workspace under attack in it.
 */

/** Callers of the API. The workspace under attack is A; `roles` are members of A with a session. */
export const API_CALLERS = ["nobody", "revoked key", "key of B", "session of B", "key of A", "owner", "admin", "developer", "billing", "viewer", "paused key", "paused owner"] as const;
/** Visitors of pages. */
export const VISITORS = ["nobody", "key of A", "session of B", "ended session", "owner", "admin", "developer", "billing", "viewer", "paused owner", "staff"] as const;
/** Callers of actions. */
export const ACTORS = ["nobody", "session of B", "ended session", "owner", "admin", "developer", "billing", "viewer", "paused owner"] as const;

/** In paths: ids of A's, or of the paused workspace's for its own callers. */
export const ROUTES = table(API_CALLERS, `
  route                             | nobody | revoked | key B | ses B | key A | owner | admin | devel | billi | viewe | p key | p own
  GET    /api/v1/me                 | 401    | 401     | own   | 401   | 200   | 200   | 200   | 200   | 200   | 200   | 200   | 200
  GET    /api/v1/agents             | 401    | 401     | own   | 401   | 200   | 200   | 200   | 200   | 403   | 200   | 200   | 200
  POST   /api/v1/agents             | 401    | 401     | own   | 401   | 201   | 201   | 201   | 201   | 403   | 403   | 201   | 201
  GET    /api/v1/agents/{agent}     | 401    | 401     | 404   | 401   | 200   | 200   | 200   | 200   | 403   | 200   | 200   | 200
  PATCH  /api/v1/agents/{agent}     | 401    | 401     | 404   | 401   | 200   | 200   | 200   | 200   | 403   | 403   | 200   | 200
  DELETE /api/v1/agents/{agent}     | 401    | 401     | 404   | 401   | 200   | 200   | 200   | 200   | 403   | 403   | 200   | 200
  GET    /api/v1/agents/{agent}/versions           | 401 | 401 | 404 | 401 | 200 | 200 | 200 | 200 | 403 | 200 | 200 | 200
  GET    /api/v1/agents/{agent}/versions/{version} | 401 | 401 | 404 | 401 | 200 | 200 | 200 | 200 | 403 | 200 | 200 | 200
  POST   /api/v1/agents/{agent}/rollback           | 401 | 401 | 404 | 401 | 200 | 200 | 200 | 200 | 403 | 403 | 200 | 200
  POST   /api/v1/agents/{agent}/restore            | 401 | 401 | 404 | 401 | 200 | 200 | 200 | 200 | 403 | 403 | 200 | 200
  POST   /api/v1/chat/completions   | 401    | 401     | 404   | 401   | 200   | 200   | 200   | 200   | 403   | 403   | 402   | 402
  GET    /api/v1/models             | 401    | 401     | own   | 401   | 200   | 200   | 200   | 200   | 403   | 200   | 200   | 200
  GET    /api/v1/models/{agent}     | 401    | 401     | 404   | 401   | 200   | 200   | 200   | 200   | 403   | 200   | 200   | 200
  GET    /api/v1/openapi.json       | 200    | 200     | 200   | 200   | 200   | 200   | 200   | 200   | 200   | 200   | 200   | 200
  GET    /api/v1/tools              | 401    | 401     | own   | 401   | 200   | 200   | 200   | 200   | 403   | 200   | 200   | 200
  POST   /api/v1/tools              | 401    | 401     | own   | 401   | 201   | 201   | 201   | 201   | 403   | 403   | 201   | 201
  GET    /api/v1/tools/{tool}       | 401    | 401     | 404   | 401   | 200   | 200   | 200   | 200   | 403   | 200   | 200   | 200
  PATCH  /api/v1/tools/{tool}       | 401    | 401     | 404   | 401   | 200   | 200   | 200   | 200   | 403   | 403   | 200   | 200
  DELETE /api/v1/tools/{tool}       | 401    | 401     | 404   | 401   | 200   | 200   | 200   | 200   | 403   | 403   | 200   | 200
  POST   /api/v1/tools/{tool}/test  | 401    | 401     | 404   | 401   | 200   | 200   | 200   | 200   | 403   | 403   | 200   | 200
  GET    /api/v1/model_keys         | 401    | 401     | own   | 401   | 200   | 200   | 200   | 200   | 403   | 200   | 200   | 200
  POST   /api/v1/model_keys         | 401    | 401     | own   | 401   | 201   | 201   | 201   | 201   | 403   | 403   | 201   | 201
  GET    /api/v1/model_keys/{modelKey} | 401 | 401     | 404   | 401   | 200   | 200   | 200   | 200   | 403   | 200   | 200   | 200
  PATCH  /api/v1/model_keys/{modelKey} | 401 | 401     | 404   | 401   | 200   | 200   | 200   | 200   | 403   | 403   | 200   | 200
  DELETE /api/v1/model_keys/{modelKey} | 401 | 401     | 404   | 401   | 200   | 200   | 200   | 200   | 403   | 403   | 200   | 200
  GET    /api/v1/keys               | 401    | 401     | own   | 401   | 200   | 200   | 200   | 200   | 403   | 403   | 200   | 200
  POST   /api/v1/keys               | 401    | 401     | own   | 401   | 201   | 201   | 201   | 201   | 403   | 403   | 201   | 201
  GET    /api/v1/keys/{key}         | 401    | 401     | 404   | 401   | 200   | 200   | 200   | 200   | 403   | 403   | 200   | 200
  PATCH  /api/v1/keys/{key}         | 401    | 401     | 404   | 401   | 200   | 200   | 200   | 200   | 403   | 403   | 200   | 200
  POST   /api/v1/keys/{key}/rotate  | 401    | 401     | 404   | 401   | 200   | 200   | 200   | 200   | 403   | 403   | 200   | 200
  GET    /api/v1/audit              | 401    | 401     | own   | 401   | 200   | 200   | 200   | 403   | 403   | 403   | 200   | 200
  GET    /api/v1/audit/export       | 401    | 401     | own   | 401   | 200   | 200   | 200   | 403   | 403   | 403   | 200   | 200
  GET    /api/v1/export             | 401    | 401     | 403   | 401   | 403   | 200   | 403   | 403   | 403   | 403   | 403   | 200
  DELETE /api/v1/keys/{key}         | 401    | 401     | 404   | 401   | 200   | 200   | 200   | 200   | 403   | 403   | 200   | 200
  GET    /api/v1/runs               | 401    | 401     | own   | 401   | 200   | 200   | 200   | 200   | 403   | 200   | 200   | 200
  POST   /api/v1/runs               | 401    | 401     | 404   | 401   | 201   | 201   | 201   | 201   | 403   | 403   | 402   | 402
  GET    /api/v1/runs/{run}         | 401    | 401     | 404   | 401   | 200   | 200   | 200   | 200   | 403   | 200   | 200   | 200
  DELETE /api/v1/runs/{run}         | 401    | 401     | 404   | 401   | 200   | 200   | 200   | 200   | 403   | 403   | 200   | 200
  GET    /api/v1/runs/{run}/events  | 401    | 401     | 404   | 401   | 200   | 200   | 200   | 200   | 403   | 200   | 200   | 200
  POST   /api/v1/runs/{run}/cancel  | 401    | 401     | 404   | 401   | 200   | 200   | 200   | 200   | 403   | 403   | 200   | 200
  GET    /api/v1/webhook_endpoints  | 401    | 401     | own   | 401   | 200   | 200   | 200   | 200   | 403   | 403   | 200   | 200
  POST   /api/v1/webhook_endpoints  | 401    | 401     | own   | 401   | 201   | 201   | 201   | 201   | 403   | 403   | 201   | 201
  GET    /api/v1/webhook_endpoints/{endpoint} | 401    | 401     | 404   | 401   | 200   | 200   | 200   | 200   | 403   | 403   | 200   | 200
  PATCH  /api/v1/webhook_endpoints/{endpoint} | 401    | 401     | 404   | 401   | 200   | 200   | 200   | 200   | 403   | 403   | 200   | 200
  POST   /api/v1/webhook_endpoints/{endpoint}/rotate_secret | 401    | 401     | 404   | 401   | 200   | 200   | 200   | 200   | 403   | 403   | 200   | 200
  POST   /api/v1/webhook_endpoints/{endpoint}/test | 401    | 401     | 404   | 401   | 201   | 201   | 201   | 201   | 403   | 403   | 201   | 201
  GET    /api/v1/webhook_endpoints/{endpoint}/deliveries | 401    | 401     | 404   | 401   | 200   | 200   | 200   | 200   | 403   | 403   | 200   | 200
  DELETE /api/v1/webhook_endpoints/{endpoint} | 401    | 401     | 404   | 401   | 200   | 200   | 200   | 200   | 403   | 403   | 200   | 200
  GET    /api/v1/webhook_deliveries/{delivery} | 401    | 401     | 404   | 401   | 200   | 200   | 200   | 200   | 403   | 403   | 200   | 200
  POST   /api/v1/webhook_deliveries/{delivery}/replay | 401    | 401     | 404   | 401   | 200   | 200   | 200   | 200   | 403   | 403   | 200   | 200
  GET    /api/v1/schedules          | 401    | 401     | own   | 401   | 200   | 200   | 200   | 200   | 403   | 200   | 200   | 200
  POST   /api/v1/schedules          | 401    | 401     | 404   | 401   | 201   | 201   | 201   | 201   | 403   | 403   | 201   | 201
  GET    /api/v1/schedules/{schedule}    | 401 | 401 | 404 | 401 | 200 | 200 | 200 | 200 | 403 | 200 | 200 | 200
  PATCH  /api/v1/schedules/{schedule}    | 401 | 401 | 404 | 401 | 200 | 200 | 200 | 200 | 403 | 403 | 200 | 200
  DELETE /api/v1/schedules/{schedule}    | 401 | 401 | 404 | 401 | 200 | 200 | 200 | 200 | 403 | 403 | 200 | 200
  GET    /api/v1/usage              | 401    | 401     | own   | 401   | 200   | 200   | 200   | 200   | 200   | 200   | 200   | 200
  GET    /api/v1/usage.csv          | 401    | 401     | own   | 401   | 200   | 200   | 200   | 200   | 200   | 200   | 200   | 200
  GET    /api/v1/usage/live         | 401    | 401     | own   | 401   | 200   | 200   | 200   | 200   | 200   | 200   | 200   | 200
  GET    /api/health                | own    | own     | own   | own   | own   | own   | own   | own   | own   | own   | own   | own
  GET    /api/ready                 | own    | own     | own   | own   | own   | own   | own   | own   | own   | own   | own   | own
  GET    /api/metrics               | 401    | 401     | 401   | 401   | 401   | 401   | 401   | 401   | 401   | 401   | 401   | 401
  POST   /api/stripe/webhook        | 400    | 400     | 400   | 400   | 400   | 400   | 400   | 400   | 400   | 400   | 400   | 400
  GET    /api/auth/[...nextauth]    | own    | own     | own   | own   | own   | own   | own   | own   | own   | own   | own   | own
  POST   /api/auth/[...nextauth]    | 400    | 400     | 400   | 400   | 400   | 400   | 400   | 400   | 400   | 400   | 400   | 400
  GET    /api/[...path]             | 404    | 404     | 404   | 404   | 404   | 404   | 404   | 404   | 404   | 404   | 404   | 404
  POST   /api/[...path]             | 404    | 404     | 404   | 404   | 404   | 404   | 404   | 404   | 404   | 404   | 404   | 404
  PUT    /api/[...path]             | 404    | 404     | 404   | 404   | 404   | 404   | 404   | 404   | 404   | 404   | 404   | 404
  PATCH  /api/[...path]             | 404    | 404     | 404   | 404   | 404   | 404   | 404   | 404   | 404   | 404   | 404   | 404
  DELETE /api/[...path]             | 404    | 404     | 404   | 404   | 404   | 404   | 404   | 404   | 404   | 404   | 404   | 404
`);

/** `in`: sent to the sign-in page, and back from there. `start`: sent there to begin anew. */
export const PAGES = table(VISITORS, `
  page                          | nobody | key A | ses B | ended | owner | admin | devel | billi | viewe | p own | staff
  /                             | own    | own   | own   | own   | own   | own   | own   | own   | own   | own   | own
  /docs                         | own    | own   | own   | own   | own   | own   | own   | own   | own   | own   | own
  /docs/api                     | own    | own   | own   | own   | own   | own   | own   | own   | own   | own   | own
  /docs/api/[subject]           | own    | own   | own   | own   | own   | own   | own   | own   | own   | own   | own
  /docs/errors                  | own    | own   | own   | own   | own   | own   | own   | own   | own   | own   | own
  /licence                      | own    | own   | own   | own   | own   | own   | own   | own   | own   | own   | own
  /pricing                      | own    | own   | own   | own   | own   | own   | own   | own   | own   | own   | own
  /security                     | own    | own   | own   | own   | own   | own   | own   | own   | own   | own   | own
  /status                       | own    | own   | own   | own   | own   | own   | own   | own   | own   | own   | own
  /sign-in                      | own    | own   | own   | own   | own   | own   | own   | own   | own   | own   | own
  /sign-up                      | own    | own   | own   | own   | own   | own   | own   | own   | own   | own   | own
  /sign-in/link                 | own    | own   | own   | own   | own   | own   | own   | own   | own   | own   | own
  /sign-in/two-factor           | start  | start | start | start | start | start | start | start | start | start | start
  /reset-password               | own    | own   | own   | own   | own   | own   | own   | own   | own   | own   | own
  /account                      | in     | in    | own   | in    | own   | own   | own   | own   | own   | own   | own
  /account/security             | in     | in    | own   | in    | own   | own   | own   | own   | own   | own   | own
  /account/two-factor           | in     | in    | own   | in    | own   | own   | own   | own   | own   | own   | own
  /welcome                      | own    | own   | own   | own   | own   | own   | own   | own   | own   | own   | own
  /invite                       | own    | own   | own   | own   | own   | own   | own   | own   | own   | own   | own
  /admin                        | in     | in    | 404   | in    | 404   | 404   | 404   | 404   | 404   | 404   | 200
  /admin/billing                | in     | in    | 404   | in    | 404   | 404   | 404   | 404   | 404   | 404   | 200
  /admin/billing/events         | in     | in    | 404   | in    | 404   | 404   | 404   | 404   | 404   | 404   | 200
  /admin/billing/events/[event] | in     | in    | 404   | in    | 404   | 404   | 404   | 404   | 404   | 404   | 200
  /admin/platform               | in     | in    | 404   | in    | 404   | 404   | 404   | 404   | 404   | 404   | 200
  /admin/tenants/[tenant]       | in     | in    | 404   | in    | 404   | 404   | 404   | 404   | 404   | 404   | 200
  /t/[tenant]                   | in     | in    | 404   | in    | 200   | 200   | 200   | 200   | 200   | 200   | 404
  /t/[tenant]/agents            | in     | in    | 404   | in    | 200   | 200   | 200   | 404   | 200   | 200   | 404
  /t/[tenant]/agents/model-keys | in     | in    | 404   | in    | 200   | 200   | 200   | 404   | 200   | 200   | 404
  /t/[tenant]/agents/new        | in     | in    | 404   | in    | 200   | 200   | 200   | 404   | 404   | 200   | 404
  /t/[tenant]/agents/[agent]    | in     | in    | 404   | in    | 200   | 200   | 200   | 404   | 200   | 200   | 404
  /t/[tenant]/agents/[agent]/versions | in | in | 404 | in | 200 | 200 | 200 | 404 | 200 | 200 | 404
  /t/[tenant]/tools             | in     | in    | 404   | in    | 200   | 200   | 200   | 404   | 200   | 200   | 404
  /t/[tenant]/tools/new         | in     | in    | 404   | in    | 200   | 200   | 200   | 404   | 404   | 200   | 404
  /t/[tenant]/tools/[tool]      | in     | in    | 404   | in    | 200   | 200   | 200   | 404   | 200   | 200   | 404
  /t/[tenant]/runs              | in     | in    | 404   | in    | 200   | 200   | 200   | 404   | 200   | 200   | 404
  /t/[tenant]/runs/[run]        | in     | in    | 404   | in    | 200   | 200   | 200   | 404   | 200   | 200   | 404
  /t/[tenant]/schedules         | in     | in    | 404   | in    | 200   | 200   | 200   | 404   | 200   | 200   | 404
  /t/[tenant]/keys              | in     | in    | 404   | in    | 200   | 200   | 200   | 404   | 404   | 200   | 404
  /t/[tenant]/webhooks          | in     | in    | 404   | in    | 200   | 200   | 200   | 404   | 404   | 200   | 404
  /t/[tenant]/webhooks/[endpoint] | in     | in    | 404   | in    | 200   | 200   | 200   | 404   | 404   | 200   | 404
  /t/[tenant]/webhooks/[endpoint]/[delivery] | in     | in    | 404   | in    | 200   | 200   | 200   | 404   | 404   | 200   | 404
  /t/[tenant]/audit             | in     | in    | 404   | in    | 200   | 200   | 404   | 404   | 404   | 200   | 404
  /t/[tenant]/settings          | in     | in    | 404   | in    | 200   | 200   | 404   | 404   | 404   | 200   | 404
  /t/[tenant]/usage             | in     | in    | 404   | in    | 200   | 200   | 200   | 200   | 200   | 200   | 404
  /t/[tenant]/caps              | in     | in    | 404   | in    | 200   | 200   | 200   | 200   | 200   | 200   | 404
  /t/[tenant]/team              | in     | in    | 404   | in    | 200   | 200   | 200   | 200   | 200   | 200   | 404
  /t/[tenant]/billing           | in     | in    | 404   | in    | 200   | 404   | 404   | 200   | 404   | 200   | 404
  /t/[tenant]/billing/plans     | in     | in    | 404   | in    | 200   | 404   | 404   | 200   | 404   | 200   | 404
`);

/**
 * `out`: the session has ended or there is none · `none`: there is no such workspace · `role`: the role does not allow it
 * · `done` · `paused` · `bad`: open to anyone, and refused for what was sent. Actions that anyone may call are limited by
 * address and are called once, by nobody.
 */
export const ACTIONS = table(ACTORS, `
  action                | nobody | ses B | ended | owner | admin | devel | billi | viewe | p own
  signUpAction          | done   | -     | -     | -     | -     | -     | -     | -     | -
  signInAction          | bad    | -     | -     | -     | -     | -     | -     | -     | -
  createWorkspaceAction | out    | -     | out   | -     | -     | -     | -     | -     | -
  requestSignInLinkAction    | done | -  | -     | -     | -     | -     | -     | -     | -
  followSignInLinkAction     | bad  | -  | -     | -     | -     | -     | -     | -     | -
  requestPasswordResetAction | done | -  | -     | -     | -     | -     | -     | -     | -
  resetPasswordAction        | bad  | -  | -     | -     | -     | -     | -     | -     | -
  secondFactorAction         | bad  | -  | -     | -     | -     | -     | -     | -     | -
  renameUserAction           | out  | -  | out   | done  | -     | -     | -     | -     | -
  changePasswordAction       | out  | -  | out   | done  | -     | -     | -     | -     | -
  revokeSessionAction        | out  | bad | out  | bad   | -     | -     | -     | -     | -
  signOutEverywhereAction    | out  | -  | out   | -     | -     | -     | -     | -     | -
  beginTwoFactorAction       | out  | -  | out   | done  | -     | -     | -     | -     | -
  enableTwoFactorAction      | out  | -  | out   | bad   | -     | -     | -     | -     | -
  disableTwoFactorAction     | out  | -  | out   | bad   | -     | -     | -     | -     | -
  renewRecoveryCodesAction   | out  | -  | out   | bad   | -     | -     | -     | -     | -
  signOutAction         | done   | -     | -     | -     | -     | -     | -     | -     | -
  continueWithAction       | bad  | -    | -     | -     | -     | -     | -     | -     | -
  connectIdentityAction    | out  | bad  | out   | bad   | bad   | bad   | bad   | bad   | bad
  disconnectIdentityAction | out  | done | out   | done  | done  | done  | done  | done  | done
  createAgentAction     | out    | none  | out   | done  | done  | done  | role  | role  | done
  saveAgentAction       | out    | none  | out   | done  | done  | done  | role  | role  | done
  rollBackAgentAction   | out    | none  | out   | done  | done  | done  | role  | role  | done
  archiveAgentAction    | out    | none  | out   | done  | done  | done  | role  | role  | done
  restoreAgentAction    | out    | none  | out   | done  | done  | done  | role  | role  | done
  runAgentAction        | out    | none  | out   | done  | done  | done  | role  | role  | paused
  cancelRunAction       | out    | none  | out   | done  | done  | done  | role  | role  | done
  startRunAction        | out    | none  | out   | done  | done  | done  | role  | role  | paused
  deleteRunContentAction | out   | none  | out   | done  | done  | done  | role  | role  | done
  createScheduleAction  | out    | none  | out   | done  | done  | done  | role  | role  | done
  updateScheduleAction  | out    | none  | out   | done  | done  | done  | role  | role  | done
  pauseScheduleAction   | out    | none  | out   | done  | done  | done  | role  | role  | done
  deleteScheduleAction  | out    | none  | out   | done  | done  | done  | role  | role  | done
  previewScheduleAction | out    | none  | out   | done  | done  | done  | role  | done  | done
  createModelKeyAction  | out    | none  | out   | done  | done  | done  | role  | role  | done
  updateModelKeyAction  | out    | none  | out   | done  | done  | done  | role  | role  | done
  deleteModelKeyAction  | out    | none  | out   | done  | done  | done  | role  | role  | done
  readModelsAction      | out    | none  | out   | bad   | bad   | bad   | role  | role  | bad
  createToolAction      | out    | none  | out   | done  | done  | done  | role  | role  | done
  updateToolAction      | out    | none  | out   | done  | done  | done  | role  | role  | done
  testToolAction        | out    | none  | out   | done  | done  | done  | role  | role  | done
  archiveToolAction     | out    | none  | out   | done  | done  | done  | role  | role  | done
  createKeyAction       | out    | none  | out   | done  | done  | done  | role  | role  | done
  updateKeyAction       | out    | none  | out   | done  | done  | done  | role  | role  | done
  rotateKeyAction       | out    | none  | out   | done  | done  | done  | role  | role  | done
  revokeKeyAction       | out    | none  | out   | done  | done  | done  | role  | role  | done
  createEndpointAction       | out  | none | out | done | done | done | role | role | done
  updateEndpointAction       | out  | none | out | done | done | done | role | role | done
  enableEndpointAction       | out  | none | out | done | done | done | role | role | done
  rotateEndpointSecretAction | out  | none | out | done | done | done | role | role | done
  deleteEndpointAction       | out  | none | out | done | done | done | role | role | done
  sendTestEventAction        | out  | none | out | done | done | done | role | role | done
  replayDeliveryAction       | out  | none | out | done | done | done | role | role | done
  updateGeneralAction   | out    | none  | out   | done  | done  | role  | role  | role  | done
  updateAccessAction    | out    | none  | out   | done  | done  | role  | role  | role  | done
  updateRetentionAction | out    | none  | out   | done  | done  | role  | role  | role  | done
  requestDeletionAction | out    | none  | out   | done  | role  | role  | role  | role  | done
  keepWorkspaceAction   | out    | none  | out   | done  | role  | role  | role  | role  | done
  inviteMemberAction       | out  | none | out | done | done | role | role | role | done
  resendInvitationAction   | out  | none | out | done | done | role | role | role | done
  revokeInvitationAction   | out  | none | out | done | done | role | role | role | done
  changeRoleAction         | out  | none | out | done | done | role | role | role | done
  removeMemberAction       | out  | none | out | done | done | role | role | role | done
  transferOwnershipAction  | out  | none | out | done | bad  | role | role | role | done
  leaveWorkspaceAction     | out  | none | out | bad  | done | done | done | done | bad
  acceptInvitationAction   | out  | bad  | out | bad  | bad  | bad  | bad  | bad  | bad
  joinWithNewAccountAction | done | -    | -   | -    | -    | -    | -    | -    | -
  setOverageAction         | out  | none | out | done | role | role | done | role | done
  addAlertRuleAction       | out  | none | out | done | done | role | done | role | done
  removeAlertRuleAction    | out  | none | out | done | done | role | done | role | done
  dismissAlertAction       | out  | none | out | done | done | role | done | role | done
  pauseWorkspaceAction     | out  | none | out | done | done | role | role | role | done
  resumeWorkspaceAction    | out  | none | out | done | done | role | role | role | bad
  changeAccountAction      | done | -    | -   | -    | -    | -    | -    | -    | -
  startTrialAction         | out  | none | out | bad  | role | role | bad  | role | bad
  endTrialAction           | out  | none | out | bad  | role | role | bad  | role | bad
  openCheckoutAction       | out  | none | out | done | role | role | done | role | done
  openPortalAction         | out  | none | out | done | role | role | done | role | done
  previewUpgradeAction     | out  | none | out | bad  | role | role | bad  | role | bad
  upgradeAction            | out  | none | out | bad  | role | role | bad  | role | bad
  leavePendingChangeAction | out  | none | out | done | role | role | done | role | done
  switchTrialPlanAction    | out  | none | out | bad  | role | role | bad  | role | bad
  scheduleDowngradeAction  | out  | none | out | bad  | role | role | bad  | role | bad
  undoDowngradeAction      | out  | none | out | done | role | role | done | role | done
  cancelSubscriptionAction | out  | none | out | bad  | role | role | bad  | role | bad
  resumeSubscriptionAction | out  | none | out | bad  | role | role | bad  | role | bad
`);

/** Callers of what staff do to a workspace. */
export const STAFF_ACTORS = [...ACTORS, "staff"] as const;
/** To everybody but staff the back office is not there, whatever they are in the workspace. */
export const STAFF_ACTIONS = table(STAFF_ACTORS, `
  action                | nobody | ses B | ended | owner | admin | devel | billi | viewe | p own | staff
  setOverrideAction     | out    | none  | out   | none  | none  | none  | none  | none  | none  | done
  removeOverrideAction  | out    | none  | out   | none  | none  | none  | none  | none  | none  | done
  setPauseAction        | out    | none  | out   | none  | none  | none  | none  | none  | none  | done
  adjustUsageAction     | out    | none  | out   | none  | none  | none  | none  | none  | none  | done
  setContractAction     | out    | none  | out   | none  | none  | none  | none  | none  | none  | done
  endContractAction     | out    | none  | out   | none  | none  | none  | none  | none  | none  | done
  reconcileTenantAction | out    | none  | out   | none  | none  | none  | none  | none  | none  | done
  seeBillingFlagAction  | out    | none  | out   | none  | none  | none  | none  | none  | none  | done
  replayStripeEventAction | out  | none  | out   | none  | none  | none  | none  | none  | none  | done
  liftBreakerAction     | out    | none  | out   | none  | none  | none  | none  | none  | none  | bad
`);

/** Rows of a table by their first cell; every other cell by its column. The header is for the reader. */
function table<const C extends readonly string[]>(columns: C, text: string): Map<string, Record<C[number], string>> {
  const [, ...lines] = text.trim().split("\n");
  return new Map(lines.map((line) => {
    const [name = "", ...cells] = line.split("|").map((cell) => cell.trim().replace(/ +/, " "));
    if (cells.length !== columns.length) throw new Error(`${name}: ${cells.length} cells for ${columns.length} columns`);
    // The lengths are equal, so every column has its cell.
    return [name, Object.fromEntries(columns.map((column, at) => [column, cells[at] ?? ""])) as Record<C[number], string>];
  }));
}
