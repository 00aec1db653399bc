/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A PAM module that asks everything at once, as second factors do, and succeeds when each prompt got
 * its own answer: the answer wanted stands in the prompt, behind the last blank. Before, it asks what
 * no application has to answer, and insists on an error. */

#include <security/pam_appl.h>
#include <security/pam_modules.h>

#include <stdlib.h>
#include <string.h>

static const struct pam_message questions[] = {
  { PAM_TEXT_INFO, "Two factors are needed" },
  { PAM_PROMPT_ECHO_ON, "Number of your token: 4711" },
  { PAM_PROMPT_ECHO_OFF, "Code of your token: secret-code" },
  { PAM_ERROR_MSG, "This token is\nnearly \033[31mempty" },
  { PAM_PROMPT_ECHO_OFF, "番号: 暗証" },
};

#define N_QUESTIONS ((int) (sizeof questions / sizeof questions[0]))

static int
ask (const struct pam_conv *conv, const struct pam_message *messages, int n,
     struct pam_response **responses)
{
  const struct pam_message *pointers[PAM_MAX_NUM_MSG + 1];

  for (int i = 0; i < n; i++)
    pointers[i] = &messages[i];
  *responses = NULL;
  return conv->conv (n, pointers, responses, conv->appdata_ptr);
}

static int
check_answer (const struct pam_message *question, const struct pam_response *response)
{
  int asked
      = question->msg_style == PAM_PROMPT_ECHO_OFF || question->msg_style == PAM_PROMPT_ECHO_ON;

  if (!asked)
    return response->resp == NULL;
  return response->resp != NULL && strcmp (strrchr (question->msg, ' ') + 1, response->resp) == 0;
}

static int
insist_on_errors (const struct pam_conv *conv)
{
  struct pam_message strange = { 99, "?" };
  struct pam_message many[PAM_MAX_NUM_MSG + 1];
  struct pam_response *responses;

  for (int i = 0; i <= PAM_MAX_NUM_MSG; i++)
    many[i] = questions[0];
  return ask (conv, &strange, 1, &responses) == PAM_CONV_ERR && responses == NULL
         && ask (conv, many, PAM_MAX_NUM_MSG + 1, &responses) == PAM_CONV_ERR && responses == NULL
         && ask (conv, many, 0, &responses) == PAM_CONV_ERR && responses == NULL;
}

int
pam_sm_authenticate (pam_handle_t *pam, int flags, int argc, const char **argv)
{
  const void *item = NULL;
  struct pam_response *responses;
  int good = 1;

  if (pam_get_item (pam, PAM_CONV, &item) != PAM_SUCCESS || !insist_on_errors (item)
      || ask (item, questions, N_QUESTIONS, &responses) != PAM_SUCCESS)
    return PAM_ABORT;
  for (int i = 0; i < N_QUESTIONS; i++)
    {
      good = good && check_answer (&questions[i], &responses[i]);
      free (responses[i].resp);
    }
  free (responses);
  return good ? PAM_SUCCESS : PAM_AUTH_ERR;
}

int
pam_sm_setcred (pam_handle_t *pam, int flags, int argc, const char **argv)
{
  return PAM_SUCCESS;
}
