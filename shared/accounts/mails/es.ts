import type { MailTexts } from './mail-texts.ts';

export const es: MailTexts = {
  greeting: 'Hola:',
  closing: 'El equipo de Amira',
  tokens: {
    verify_email: {
      subject: 'Confirma tu dirección de correo',
      request: 'Confirma que esta dirección es tuya y tu cuenta de Amira estará lista.',
      link: 'Confirmar mi dirección',
      orToken: 'O introduce este código en la aplicación:',
      validity: 'Ambos funcionan una sola vez, durante 24 horas.',
      notYou: 'Si no te has registrado en Amira, ignora este correo: sin tu confirmación, la cuenta quedará sin usar.',
    },
    reset_password: {
      subject: 'Crea una contraseña nueva',
      request: 'Aquí puedes crear una contraseña nueva para tu cuenta de Amira.',
      link: 'Crear una contraseña nueva',
      orToken: 'O introduce este código en la aplicación:',
      validity:
        'Ambos funcionan una sola vez, durante 10 minutos. Después tendrás que iniciar sesión de nuevo en cada dispositivo.',
      notYou: 'Si no lo has pedido, no tienes que hacer nada: tu contraseña sigue igual.',
    },
    change_email_old: {
      subject: 'Confirma el cambio de tu dirección de correo',
      request: 'Tu cuenta de Amira va a pasar de esta dirección a otra. Confirma que es lo que quieres.',
      link: 'Confirmar el cambio',
      orToken: 'O introduce este código en la aplicación:',
      validity:
        'Ambos funcionan una sola vez, durante 24 horas. La dirección nueva recibe su propio correo de confirmación.',
      notYou:
        'Si no lo has pedido, no lo confirmes: la dirección seguirá igual. Después crea una contraseña nueva, porque quien pidió el cambio conocía la tuya.',
    },
    change_email_new: {
      subject: 'Confirma tu nueva dirección de correo',
      request: 'Confirma que tu cuenta de Amira debe usar esta dirección a partir de ahora.',
      link: 'Confirmar mi nueva dirección',
      orToken: 'O introduce este código en la aplicación:',
      validity:
        'Ambos funcionan una sola vez, durante 24 horas. La dirección anterior recibe su propio correo de confirmación.',
      notYou: 'Si no lo has pedido, ignora este correo: sin tu confirmación no cambia nada.',
    },
  },
  notices: {
    registration_attempt: {
      subject: 'Ya tienes una cuenta de Amira',
      happened: 'Alguien acaba de intentar usar esta dirección para otra cuenta de Amira, pero ya tiene una.',
      ifYou:
        'Si has sido tú, inicia sesión como siempre. Si has olvidado tu contraseña, crea una nueva desde la pantalla de inicio de sesión.',
      notYou:
        'Si no has sido tú, no tienes que hacer nada: tu cuenta sigue igual y no se ha revelado a nadie que existe.',
    },
    password_changed: {
      subject: 'Tu contraseña ha cambiado',
      happened: 'La contraseña de tu cuenta de Amira acaba de cambiar y tus sesiones anteriores han terminado.',
      ifYou: 'Si has sido tú, todo está en orden: inicia sesión con la contraseña nueva en tus otros dispositivos.',
      notYou:
        'Si no has sido tú, crea ahora una contraseña nueva desde la pantalla de inicio de sesión. Solo necesitas este buzón.',
    },
    email_changed: {
      subject: 'Tu dirección de correo ha cambiado',
      happened: 'Tu cuenta de Amira usa ahora otra dirección. Este es el último correo sobre ella que llega a esta.',
      ifYou: 'Si has sido tú, todo está en orden: a partir de ahora inicia sesión con la dirección nueva.',
      notYou: 'Si no has sido tú, responde a este correo y te ayudaremos.',
    },
    second_factor_changed: {
      subject: 'El segundo paso de tu inicio de sesión ha cambiado',
      happened:
        'El segundo paso para iniciar sesión en tu cuenta de Amira, el código de una aplicación, acaba de cambiar.',
      ifYou: 'Si has sido tú, todo está en orden.',
      notYou:
        'Si no has sido tú, crea ahora una contraseña nueva desde la pantalla de inicio de sesión y responde a este correo.',
    },
  },
  newDevice: {
    subject: 'Un dispositivo nuevo ha iniciado sesión',
    happened: 'Tu cuenta de Amira se acaba de usar en un dispositivo que no conocíamos.',
    device: 'Dispositivo',
    time: 'Hora',
    ifYou: 'Si has sido tú, todo está en orden.',
    notYou:
      'Si no has sido tú, crea ahora una contraseña nueva desde la pantalla de inicio de sesión: eso cierra todas las sesiones.',
  },
};
