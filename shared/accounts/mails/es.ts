import type { MailTexts } from './mail-texts.ts';

export const es: MailTexts = {
  greeting: 'Hola:',
  closing: 'El equipo de Amira',
  verifyEmail: {
    subject: 'Confirma tu dirección de correo',
    request: 'Confirma que esta dirección es tuya y tu cuenta de Amira estará lista.',
    link: 'Confirmar mi dirección',
    orToken: 'O introduce este código en la aplicación:',
    validity: 'Ambos funcionan una sola vez, durante 24 horas.',
    notYou: 'Si no te has registrado en Amira, ignora este correo: sin tu confirmación, la cuenta quedará sin usar.',
  },
  registrationAttempt: {
    subject: 'Ya tienes una cuenta de Amira',
    happened: 'Alguien acaba de intentar registrarse en Amira con esta dirección, pero ya tiene una cuenta.',
    ifYou:
      'Si has sido tú, inicia sesión como siempre. Si has olvidado tu contraseña, crea una nueva desde la pantalla de inicio de sesión.',
    notYou:
      'Si no has sido tú, no tienes que hacer nada: tu cuenta sigue igual y no se ha revelado a nadie que existe.',
  },
};
